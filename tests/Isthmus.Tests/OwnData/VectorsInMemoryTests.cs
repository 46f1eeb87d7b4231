using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tests.OwnData;

public sealed class VectorsInMemoryTests(VectorsInMemoryTests.Fitted fitted) : IClassFixture<VectorsInMemoryTests.Fitted>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Vectors_of_floats_and_doubles_are_alike_and_columns_have_the_names_that_were_given()
    {
        float[][] rows =
        [
            [1, 2],
            [3, 4],
            [5, 6.5f],
        ];
        var data = Vectors.From(rows, ["width", "height"], labels: new[] { "a", "b", "a" });
        Assert.Equal(["width", "height"], ((VectorSchema)data.Schema).Columns);
        Assert.Equal(["a", "b"], data.Labels.Single().Classes);
        Assert.Equal(["x0", "x1"], ((VectorSchema)Vectors.From(rows).Schema).Columns);
        double[][] doubles =
        [
            [1, 2],
            [3, 4],
            [5, 6.5],
        ];
        Assert.Equal(Values(data), Values(Vectors.From(doubles)));
        Assert.Equal([1, 2, 3, 4, 5, 6.5f], Values(data));
        rows[0][0] = 99;
        Assert.Equal(1, Values(data)[0]);
    }

    [Fact]
    public void What_cannot_be_vectors_is_refused_in_one_sentence()
    {
        static void Refused(string part, params float[]?[] rows) =>
            Assert.Contains(part, Assert.Throws<InvalidInputException>(() => Vectors.From(rows!)).Message);
        Refused("at least one");
        Refused("row 2 has 1 number, and the first has 2", [1, 2], [3]);
        Refused("row 2 is null", [1, 2], null);
        Refused("at least one", [], []);
        Refused("row 2, column x1 is NaN", [1, 2], [3, float.NaN]);
        Refused("row 1, column x0 is", [float.PositiveInfinity, 2]);
        Assert.Contains("1 name", Assert.Throws<InvalidInputException>(() => Vectors.From([new[] { 1f, 2 }], ["a"])).Message);
        Assert.Contains("2 columns named 'a'", Assert.Throws<InvalidInputException>(() => Vectors.From([new[] { 1f, 2 }], ["a", "a"])).Message);
        Assert.Contains("column x0 is", Assert.Throws<InvalidInputException>(() => Vectors.From([new[] { 1e300 }])).Message);
        Assert.Contains("at least 3", Assert.Throws<InvalidInputException>(() => Vectors.From([new[] { 1f }, [2f]]).Split()).Message);
    }

    [Fact]
    public void A_saved_model_is_used_on_vectors_in_the_columns_own_units()
    {
        using var folder = new TemporaryFolder();
        fitted.Model.Save(folder.File("m.isthmus"));
        using var model = TrainedModel.Load(folder.File("m.isthmus"));
        var row = Fitted.Row(5);
        Assert.Equal(2, model.Encode(row).Length);
        Assert.Equal(model.Encode(row), model.Encode(new[] { Array.ConvertAll(row, number => (double)number) })[0]);
        // Products of several rows are added up in another order.
        Assert.All(model.Encode(row).Zip(model.Encode([row, Fitted.Row(8)])[0]), unit => Assert.Equal(unit.First, unit.Second, 1e-5));
        // A column of hundreds comes back in hundreds.
        Assert.InRange(model.Reconstruct(row)[1], 300, 900);
        Assert.InRange(model.Sample(20, draw: true).Records.Average(sample => sample[1]), 300, 900);
    }

    [Fact]
    public void Columns_are_found_by_name_and_what_the_model_does_not_have_is_noted()
    {
        var row = Fitted.Row(5);
        var mixed = Vectors.From([new[] { row[2], 7f, row[0], row[1] }], ["c", "extra", "a", "b"]);
        Assert.Equal(fitted.Model.Encode(row), fitted.Model.Encode(mixed, cancellationToken: Stop)[0]);
        Assert.Contains("no column extra", $"{mixed.BroughtTo(fitted.Model.Specification.Schema).Notes.Single()}");
        Assert.Contains(
            "'c'",
            Assert.Throws<InvalidInputException>(() => fitted.Model.Encode(Vectors.From([new[] { 1f, 2 }], ["a", "b"]), cancellationToken: Stop)).Message
        );
        Assert.Contains("3 columns", Assert.Throws<InvalidInputException>(() => fitted.Model.Encode(new[] { 1f, 2 })).Message);
        Assert.Contains("is none", Assert.Throws<InvalidInputException>(() => fitted.Model.Encode(new byte[] { 1, 2, 3 })).Message);
    }

    private static float[] Values(Dataset data)
    {
        var values = new float[data.Count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        return values;
    }

    public sealed class Fitted : IDisposable
    {
        public static float[] Row(int i) => [i % 7, 500 + 10 * (i % 7) + i % 3, i % 3 - 1];

        public TrainedModel Model { get; } =
            TrainingRun
                .Train(
                    "vae",
                    Vectors.From(Enumerable.Range(0, 120).Select(Row), ["a", "b", "c"]).Split(),
                    new() { Settings = Tiny.Settings("epochs=3 hidden=16 latent=2 batch-size=20"), Threads = 1 }
                )
                .Model;

        public void Dispose() => Model.Dispose();
    }
}
