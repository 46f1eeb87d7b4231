using Isthmus.Models;

namespace Isthmus.Server.Tests;

/// <summary>Models small enough to train in a blink, each trained once and kept in a folder until the tests end.</summary>
public sealed class TrainedModels : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isthmus-served-").FullName;

    /// <summary>Customers, of whom premium ones spend much.</summary>
    public string Customers => Kept("customers", () => Autoencoders.TableVae(latent: 4).Fit(Table(seed: 1), new() { Epochs = 3 }));

    /// <summary>Other customers of the same columns.</summary>
    public string OtherCustomers => Kept("others", () => Autoencoders.TableVae(latent: 4).Fit(Table(seed: 2), new() { Epochs = 1 }));

    /// <summary>Members of a club: identifiers, dates, truth values, a category of digits, and a column that is left out.</summary>
    public string Members => Kept("members", () => Autoencoders.TableVae(latent: 3).Fit(Club(), new() { Epochs = 1 }));

    /// <summary>Points of three numbers.</summary>
    public string Points => Kept("points", () => Autoencoders.Vae(latent: 2).Fit(Vectors.From(Cloud(seed: 1)).Split(seed: 1), new() { Epochs = 2 }));

    /// <summary>Black and white pictures of 8 x 8 pixels, each a square somewhere.</summary>
    public string Squares =>
        Kept("squares", () => Autoencoders.Vae(latent: 3).Fit(Images.FromArrays(Pictures(seed: 1, 300), 8, 8).Split(seed: 1), new() { Epochs = 2 }));

    /// <summary>Texts on two subjects.</summary>
    public string Texts => Kept("texts", () => Autoencoders.ProdLda(topics: 2).Fit(Documents.From(Subjects(300)).Split(seed: 1), new() { Epochs = 2 }));

    /// <summary>Pictures of squares, 64 pixels of 0 or 1 each.</summary>
    internal static byte[][] Pictures(int seed, int count)
    {
        var random = new Random(seed);
        byte[] Square()
        {
            var (pixels, size) = (new byte[64], random.Next(2, 5));
            var (x, y) = (random.Next(8 - size), random.Next(8 - size));
            for (var at = 0; at < size * size; at++)
                pixels[(y + at / size) * 8 + x + at % size] = 1;
            return pixels;
        }
        return [.. Enumerable.Range(0, count).Select(_ => Square())];
    }

    /// <summary>Texts of ten words each.</summary>
    internal static string[] Subjects(int count)
    {
        var random = new Random(3);
        string[][] words =
        [
            ["goal", "match", "team", "player", "score"],
            ["vote", "party", "law", "minister", "election"],
        ];
        return [.. Enumerable.Range(0, count).Select(i => string.Join(' ', Enumerable.Range(0, 10).Select(_ => words[i % 2][random.Next(5)])))];
    }

    /// <summary>Path of a file in the folder.</summary>
    public string File(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Kept(string name, Func<TrainedModel> train)
    {
        var path = File($"{name}.isthmus");
        lock (_folder)
            if (!System.IO.File.Exists(path))
                using (var model = train())
                    model.Save(path);
        return path;
    }

    private static float[][] Cloud(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 300).Select(_ => new[] { random.NextSingle(), random.NextSingle(), random.NextSingle() })];
    }

    private static Isthmus.Data.Records.DataSplits Table(int seed)
    {
        var random = new Random(seed);
        object?[] Customer(int i) =>
            i % 3 == 0 ? [random.Next(30, 70), "premium", random.Next(500, 1000)] : [random.Next(18, 70), "basic", i % 11 == 0 ? null : random.Next(10, 80)];
        return Rows.From(["age", "plan", "spent"], Enumerable.Range(0, 600).Select(Customer)).Split(seed: 1);
    }

    private static Isthmus.Data.Records.DataSplits Club()
    {
        var random = new Random(2);
        object?[] Member(int i) =>
            [
                $"M-{i:0000}",
                new DateTime(2020, 1, 1).AddDays(random.Next(1000)),
                random.Next(3) == 0,
                random.Next(5) == 0 ? null : $"{75000 + random.Next(4)}",
                random.Next(7) == 0 ? null : Math.Round(10 * random.NextDouble(), 2),
                null,
            ];
        return Rows.From(
                ["Member", "Joined", "Active", "Zip", "Hours", "Empty"],
                Enumerable.Range(0, 400).Select(Member),
                new() { Kinds = { ["Zip"] = Isthmus.Data.Cells.ColumnKind.Category } }
            )
            .Split(seed: 1);
    }
}
