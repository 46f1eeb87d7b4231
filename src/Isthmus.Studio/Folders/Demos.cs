using System.Globalization;
using System.Text;

namespace Isthmus.Studio.Folders;

/// <summary>A start with data that are made here or built in.</summary>
/// <param name="Title">The result, as a title.</param>
/// <param name="Summary">Data and result, in a sentence or two.</param>
/// <param name="Data">Name or path of the data.</param>
/// <param name="Words">Words of the training command after the data.</param>
public sealed record Demo(string Title, string Summary, string Data, IReadOnlyList<string> Words);

/// <summary>
/// Starts for an empty folder: data that are made up from a seed, the same bytes each time, and say so in their names. Safe to use from several threads.
/// </summary>
public static class Demos
{
    private const string Orders = "made-up-orders.csv",
        Notes = "made-up-notes.csv";

    /// <summary>The starts, in the order to show them.</summary>
    public static IReadOnlyList<Demo> All { get; } =
    [
        new(
            "Find odd rows",
            "1,200 made-up orders with nine odd ones among them: a model of rows says which, and which cell gives them away.",
            $"data/{Orders}",
            ["--model", "table-vae", "--epochs", "40"]
        ),
        new(
            "Walk through a latent space",
            "11,060 small pictures of shapes: a variational autoencoder lays them out in a few numbers each.",
            "shapes",
            ["--model", "vae", "--epochs", "12", "--latent", "8"]
        ),
        new(
            "Find topics",
            "900 made-up notes about weather, cooking and football: a topic model sorts their words.",
            $"data/{Notes}",
            ["--model", "prod-lda", "--text", "note", "--epochs", "40", "--topics", "6", "--set", "batch-size=50"]
        ),
    ];

    /// <summary>Makes the data of a start unless they are there, and returns the words of its training command.</summary>
    /// <param name="demo">The start.</param>
    /// <param name="folder">The opened folder.</param>
    public static IReadOnlyList<string> Prepare(Demo demo, StudioFolder folder)
    {
        var path = folder.Resolve(demo.Data);
        if (demo.Data.Contains('/') && !File.Exists(path))
        {
            Directory.CreateDirectory(folder.Data);
            AtomicFile.WriteText(path, demo.Data.EndsWith(Orders, StringComparison.Ordinal) ? OrdersTable() : NoteLines());
        }
        return ["train", demo.Data, .. demo.Words];
    }

    private static string OrdersTable()
    {
        var random = new Random(1);
        (string City, string Country)[] places = [("Paris", "FR"), ("Lyon", "FR"), ("Berlin", "DE"), ("Hamburg", "DE"), ("Madrid", "ES"), ("Turin", "IT")];
        (string Name, double Price, double Weight)[] goods = [("book", 18, 0.4), ("lamp", 45, 1.8), ("chair", 120, 7), ("desk", 260, 24), ("cable", 9, 0.1)];
        var text = new StringBuilder("order,country,city,product,pieces,price,weight_kg,days\n");
        for (var order = 1; order <= 1200; order++)
        {
            var (place, item) = (places[random.Next(places.Length)], goods[random.Next(goods.Length)]);
            var pieces = 1 + (int)(-Math.Log(1 - random.NextDouble()) * 1.5);
            var price = Math.Round(item.Price * pieces * (0.9 + 0.2 * random.NextDouble()), 2);
            var weight = Math.Round(item.Weight * pieces * (0.95 + 0.1 * random.NextDouble()), 2);
            var days = 1 + (item.Weight > 5 ? 3 : 0) + random.Next(3);
            var country = place.Country;
            // Odd ones: a price of another product, a place in another country, a weight or a delivery that cannot be.
            switch (order % 133)
            {
                case 57 when order % 2 == 1:
                    price = Math.Round(price * 11, 2);
                    break;
                case 57:
                    country = country == "FR" ? "DE" : "FR";
                    break;
                case 101 when order > 900:
                    days = 61;
                    break;
            }
            var weightText = order % 41 == 0 ? "" : weight.ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"A{10000 + order},{country},{place.City},{item.Name},{pieces},{price},{weightText},{days}\n");
        }
        return text.ToString();
    }

    private static string NoteLines()
    {
        var random = new Random(2);
        string[] authors = ["Ada", "Ben", "Cleo", "Dan"];
        string[][] topics =
        [
            ["rain", "wind", "storm", "cloud", "sunny", "cold", "warm", "snow", "forecast", "temperature", "degrees", "morning", "fog", "thunder"],
            ["oven", "bake", "salt", "butter", "onion", "garlic", "soup", "flour", "recipe", "simmer", "pepper", "dish", "taste", "pan"],
            ["goal", "match", "team", "coach", "striker", "league", "season", "penalty", "ball", "defence", "stadium", "fans", "referee", "score"],
        ];
        var text = new StringBuilder("author,note\n");
        for (var note = 0; note < 900; note++)
        {
            var (own, words) = (topics[note % topics.Length], new List<string>());
            for (var i = 0; i < 12 + random.Next(10); i++)
                words.Add((random.NextDouble() < 0.88 ? own : topics[random.Next(topics.Length)]) is var from ? from[random.Next(from.Length)] : "");
            text.Append(authors[random.Next(authors.Length)]).Append(',').AppendJoin(' ', words).Append('\n');
        }
        return text.ToString();
    }
}
