using System.Text.Json;
using System.Text.Json.Nodes;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tests.OwnData;

public sealed class RowsInMemoryTests(RowsInMemoryTests.Fitted fitted) : IClassFixture<RowsInMemoryTests.Fitted>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public enum Colour
    {
        None,
        Green,
        Blue,
    }

    public sealed record Customer(
        int Id,
        double? Height,
        string? City,
        bool IsMember,
        Colour Favourite,
        DateOnly Joined,
        Guid Key,
        decimal Spent,
        Uri? Page = null
    );

    public readonly record struct Point(double X, double Y);

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    [Fact]
    public void Properties_are_columns_by_their_types_and_what_is_left_out_is_noted()
    {
        Assert.Equal(
            [
                ("Height", ColumnKind.Numeric),
                ("City", ColumnKind.Category),
                ("IsMember", ColumnKind.Boolean),
                ("Favourite", ColumnKind.Category),
                ("Joined", ColumnKind.Date),
                ("Spent", ColumnKind.Numeric),
            ],
            Fields(fitted.Data.Train)
        );
        Assert.Equal(["Id", "Key"], ((TableSchema)fitted.Data.Train.Schema).Skipped.Select(column => column.Name));
        Assert.Contains(fitted.Data.Train.Notes, note => $"{note}".Contains("Page is of type Uri", StringComparison.Ordinal));
        Assert.Contains(fitted.Data.Train.Notes, note => $"{note}".Contains("left out as identifiers: Id, Key", StringComparison.Ordinal));
        // An enumeration's None is a category like others: in memory null says that a value is missing.
        Assert.Contains("None", ((FittedCategories)((TableSchema)fitted.Data.Train.Schema).Fields[3]).Levels);
    }

    [Fact]
    public void Rows_of_objects_of_json_and_of_a_file_are_one_table()
    {
        var customers = Enumerable.Range(1, 100).Select(Row).ToArray();
        var json = JsonSerializer.SerializeToElement(customers.Select(Plain), Web);
        var options = new RowOptions { Columns = ["height", "city", "isMember", "joined", "spent"] };
        var named = Rows.From(json, options);
        var cells = Rows.From(
            ["height", "city", "isMember", "joined", "spent"],
            customers.Select(c => new object?[] { c.Height, c.City, c.IsMember, c.Joined, c.Spent })
        );
        var nodes = Rows.From(json.EnumerateArray().Select(element => JsonObject.Create(element)!), options);
        var dictionaries = Rows.From(json.Deserialize<List<Dictionary<string, JsonElement>>>()!, options);
        var objects = Rows.From(json.Deserialize<List<Dictionary<string, object?>>>()!, options);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t.json"), json.GetRawText());
        var file = Rows.Load(folder.File("t.json"), options);
        foreach (var other in new[] { cells, nodes, dictionaries, objects, file })
        {
            Assert.Equal(Fields(named), Fields(other));
            Assert.Equal(Values(named), Values(other));
        }
        Assert.Equal(
            [
                ("height", ColumnKind.Integer),
                ("city", ColumnKind.Category),
                ("isMember", ColumnKind.Boolean),
                ("joined", ColumnKind.Date),
                ("spent", ColumnKind.Numeric),
            ],
            Fields(named)
        );
    }

    [Fact]
    public void Columns_are_fitted_on_the_training_rows_of_the_split_alone()
    {
        var data = Rows.From(Enumerable.Range(0, 50).Select(i => new Point(i, i % 4)));
        var parts = data.Split(seed: 2);
        var places = Enumerable.Range(0, parts.Train.Count).Select(parts.Train.PlaceOf).ToArray();
        var x = (FittedNumbers)((TableSchema)parts.Train.Schema).Fields[0];
        Assert.Equal((places.Min(), places.Max(), 40), ((int)x.Minimum, (int)x.Maximum, x.Observed));
        Assert.Same(parts.Train.Schema, parts.Test.Schema);
        // A selection is split as what it is.
        var half = data.Select([.. Enumerable.Range(0, 25)]).Split();
        Assert.True(Enumerable.Range(0, half.Test.Count).All(i => half.Test.PlaceOf(i) < 25));
        Assert.Equal(25, half.Train.Count + half.Validation.Count + half.Test.Count);
        Assert.True(((FittedNumbers)((TableSchema)half.Train.Schema).Fields[0]).Maximum < 25);
    }

    [Fact]
    public void A_row_unlike_the_others_is_unusual_and_says_why_in_its_own_values()
    {
        var scores = fitted.Model.Score([Row(7), Row(7) with { Height = 900 }], cancellationToken: Stop);
        var (usual, odd) = (scores[0], scores[1]);
        Assert.False(usual.IsUnusual);
        Assert.True(odd.IsUnusual);
        Assert.True(odd.Bits > scores.Threshold);
        Assert.True(odd.PValue < 0.1);
        Assert.Equal(1, odd.Index);
        Assert.Equal(("Height", "900"), (odd.Reasons[0].Column, odd.Reasons[0].Value));
        Assert.Contains("usual 15", odd.Reasons[0].Usual);
        Assert.Equal("Height", odd.ColumnBits.MaxBy(column => column.Value).Key);
        Assert.Equal(odd.Bits, odd.Why.Reasons.Sum(reason => reason.Bits) + odd.Why.OtherColumns + odd.Why.NoColumn, 1e-3 * odd.Bits);
        Assert.Equal([new("Id", "7"), new("Key", Row(7).Key.ToString())], usual.Identifiers);
        Assert.Contains("Height 900", odd.ToString());
        Assert.Contains("\"isUnusual\":true", JsonSerializer.Serialize(odd, Web));
    }

    [Fact]
    public void A_model_of_objects_scores_json_dictionaries_and_data_alike_after_it_was_loaded()
    {
        using var folder = new TemporaryFolder();
        fitted.Model.Save(folder.File("m.isthmus"));
        using var model = TrainedModel.Load(folder.File("m.isthmus"));
        var customers = new[] { Row(3), Row(4) with { City = null }, Row(5) with { Favourite = Colour.None } };
        var expected = fitted.Model.Score(customers, cancellationToken: Stop).Select(row => row.Bits).ToArray();
        Assert.Equal(expected, model.Score(customers, cancellationToken: Stop).Select(row => row.Bits));
        // camelCase names, dates as texts, enumerations as texts: the body of a web request.
        var body = JsonSerializer.SerializeToElement(customers, Web);
        Assert.Equal(expected, model.Score(body, cancellationToken: Stop).Select(row => row.Bits));
        Assert.Equal(expected[0], model.Score(body[0], cancellationToken: Stop)[0].Bits);
        Assert.Equal(expected, model.Score(body.Deserialize<List<Dictionary<string, JsonElement>>>()!, cancellationToken: Stop).Select(row => row.Bits));
        Assert.Equal(expected, model.Score(Rows.From(customers), cancellationToken: Stop).Select(row => row.Bits));
        Assert.Equal(expected[1..], model.Score(Rows.From(customers).Select([1, 2]), cancellationToken: Stop).Select(row => row.Bits));
        Assert.Equal(model.Encode(customers)[2], model.Encode(body)[2]);
    }

    [Fact]
    public void A_model_of_json_scores_objects()
    {
        var body = JsonSerializer.SerializeToElement(Enumerable.Range(1, 120).Select(Row).Select(Plain), Web);
        using var model = TrainingRun.Train("table-vae", Rows.From(body).Split(), Fitted.Options).Model;
        Assert.Equal(model.Score(body[2], cancellationToken: Stop)[0].Bits, model.Score([Row(3)], cancellationToken: Stop)[0].Bits);
    }

    [Fact]
    public void Only_missing_values_are_filled_in_a_copy_of_the_row()
    {
        var row = Row(10) with { Height = null, City = null };
        var filled = fitted.Model.Impute([row, Row(10)], new() { Draws = 2 }, cancellationToken: Stop);
        Assert.NotNull(filled[0].Height);
        Assert.Contains(filled[0].City, new[] { "Oslo", "Rome", "Bern" });
        Assert.Equal(row, filled[0] with { Height = null, City = null });
        Assert.Null(row.Height);
        Assert.Equal(Row(10), filled[1]);
        Assert.Equal([("Height", 0), ("City", 0)], filled.Values.Select(value => (value.Column, value.Row)));
        Assert.True((double)filled.Values[0].Low! <= (double)filled.Values[0].High!);
        Assert.Null(filled.Values[1].Low);
        Assert.Equal(2, filled.Draws.Count);
        Assert.InRange(filled.Draws[1][0].Height!.Value, 150, 190);
    }

    [Fact]
    public void Missing_values_of_json_and_dictionaries_are_filled_in_their_own_form()
    {
        var body = JsonNode.Parse(JsonSerializer.Serialize(new[] { Row(10) with { Height = null, City = null } }, Web))!.AsArray()[0]!.AsObject();
        body["joined"] = null;
        body["isMember"] = null;
        body["note"] = "kept";
        var filled = fitted.Model.Impute(JsonSerializer.SerializeToElement(body), cancellationToken: Stop)[0];
        Assert.Equal(JsonValueKind.Number, filled.GetProperty("height").ValueKind);
        Assert.Contains(filled.GetProperty("city").GetString(), new[] { "Oslo", "Rome", "Bern" });
        Assert.Contains(filled.GetProperty("isMember").ValueKind, new[] { JsonValueKind.True, JsonValueKind.False });
        Assert.InRange(filled.GetProperty("joined").GetDateTime(), new(2024, 1, 1), new(2024, 4, 1));
        Assert.Equal("kept", filled.GetProperty("note").GetString());
        Assert.Equal(body.Count, filled.EnumerateObject().Count());
        Assert.Equal(filled.GetProperty("city").GetString(), fitted.Model.Impute([body], cancellationToken: Stop)[0]["city"]!.GetValue<string>());
        var dictionary = body.Deserialize<Dictionary<string, object?>>()!;
        Assert.IsType<bool>(fitted.Model.Impute([dictionary], cancellationToken: Stop)[0]["isMember"]);
        Assert.Contains("note", $"{fitted.Model.Impute([dictionary], cancellationToken: Stop).Notes.Single()}");
    }

    [Fact]
    public void New_rows_are_objects_and_dictionaries_in_the_columns_own_units()
    {
        var customers = fitted.Model.SampleRows<Customer>(30, seed: 2);
        Assert.All(customers, customer => Assert.Contains(customer.City, new[] { "Oslo", "Rome", "Bern" }));
        Assert.All(customers, customer => Assert.InRange(customer.Height!.Value, 150, 190));
        Assert.All(customers, customer => Assert.InRange(customer.Joined, new(2024, 1, 1), new(2024, 4, 1)));
        Assert.Equal(customers[4].City, fitted.Model.SampleRows<Dictionary<string, object?>>(30, seed: 2)[4]["City"]);
    }

    [Fact]
    public void Value_types_are_rows_too_and_kinds_can_be_given()
    {
        var data = Rows.From(Enumerable.Range(0, 60).Select(i => new Point(i % 5, i % 3)), new() { Kinds = { ["Y"] = ColumnKind.Category } });
        using var model = TrainingRun.Train("table-vae", data.Split(), Fitted.Options).Model;
        Assert.Equal([("X", ColumnKind.Numeric), ("Y", ColumnKind.Category)], Fields(data));
        Assert.InRange(model.Impute([new Point(1, double.NaN)], cancellationToken: Stop)[0].Y, 0, 2);
    }

    [Fact]
    public void What_cannot_be_rows_is_refused_in_one_sentence()
    {
        static void Refused(string part, Func<Dataset> read) => Assert.Contains(part, Assert.Throws<InvalidInputException>(read).Message);
        static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
        Refused("at least one row", () => Rows.From(Array.Empty<Customer>()));
        Refused("row 2 is null", () => Rows.From<Customer?>([Row(1), null]));
        Refused("column 'Height', row 2 is", () => Rows.From([Row(1), Row(2) with { Height = double.PositiveInfinity }]));
        Refused("no public property", () => Rows.From([new { Page = new Uri("http://a") }]));
        Refused("Single[] is no type of rows", () => Rows.From([new float[2]]));
        Refused("String is no type of rows", () => Rows.From(["a"]));
        Refused("did you mean 'Height'?", () => Rows.From([Row(1)], new() { Columns = ["Heigth"] }));
        Refused("did you mean 'Height'?", () => Rows.From([Row(1)], new() { Kinds = { ["Heigth"] = ColumnKind.Numeric } }));
        Refused("column 'City', row 1 is 'Rome'", () => Rows.From([Row(1)], new() { Kinds = { ["City"] = ColumnKind.Numeric } }));
        Refused("this is string", () => Rows.From(Json("\"a\"")));
        Refused("at least one row", () => Rows.From(Json("[]")));
        Refused("no column is left", () => Rows.From(Json("[{}, {}, {}]")));
        Refused("row 2 is no object", () => Rows.From(Json("[{\"a\": 1}, 2]")));
        Refused("row 2 is null", () => Rows.From(Json("[{\"a\": 1}, null]")));
        Refused("column 'a', row 2 is a JSON array", () => Rows.From(Json("[{\"a\": 1}, {\"a\": [1]}]")));
        Refused("names 'a' twice", () => Rows.From(Json("[{\"a\": 1, \"a\": 2}]")));
        Refused("2 columns named 'a'", () => Rows.From(["a", "a"], [new object?[] { 1, 2 }]));
        Refused("row 2 has 1 cell, and there are 2 columns", () => Rows.From(["a", "b"], [new object?[] { 1, 2 }, new object?[] { 1 }]));
        Refused("row 1 is of type Object", () => Rows.From(["a"], [new object?[] { new object() }]));
        // Nearly all numbers and one text: as in a file, it is not guessed.
        Refused("row 12 is 'many'", () => Rows.From(["a"], Enumerable.Range(1, 20).Select(i => new object?[] { i == 12 ? "many" : i })));
        // Half numbers, half texts: a column of categories, as in a file.
        Assert.Equal(
            [("a", ColumnKind.Category)],
            Fields(Rows.From(["a"], Enumerable.Range(1, 20).Select(i => new object?[] { i % 2 == 0 ? "many" : i % 3 })))
        );
        Refused("no column 'Town'", () => Rows.From([Row(1)], new() { Label = "Town" }));
    }

    [Fact]
    public void Rows_that_lack_a_column_of_the_model_or_are_of_another_model_are_refused()
    {
        Assert.Contains(
            "no column 'Height', which the model was trained on",
            Assert.Throws<InvalidInputException>(() => fitted.Model.Score([new Point(1, 2)], cancellationToken: Stop)).Message
        );
        Assert.Contains("null", Assert.Throws<InvalidInputException>(() => fitted.Model.Score<Customer>([null!], cancellationToken: Stop)).Message);
        Assert.Contains(
            "at least one row",
            Assert.Throws<InvalidInputException>(() => fitted.Model.Score(Array.Empty<Customer>(), cancellationToken: Stop)).Message
        );
        var strange = fitted.Model.Score([Row(1) with { City = "Atlantis" }], cancellationToken: Stop);
        Assert.Contains(
            "City: 1 cell of categories that no training row has",
            $"{strange.Notes.Single(note => $"{note}".StartsWith("City", StringComparison.Ordinal))}"
        );
    }

    [Fact]
    public void A_series_in_memory_is_windows_in_the_order_of_time()
    {
        var start = new DateTime(2024, 1, 1);
        var data = Rows.From(
            Enumerable.Range(0, 200).Reverse().Select(i => new { When = start.AddHours(i), Load = (double)(i % 24) }),
            new() { Time = "When", Window = 24 }
        );
        Assert.Equal(24, data.Schema.Dimension);
        Assert.Equal(200 - 24 + 1, data.Count);
        var parts = data.Split(validation: 0.2, test: 0.2);
        Assert.Equal(120 - 24 + 1, parts.Train.Count);
        using var model = TrainingRun.Train("table-vae", parts, Fitted.Options).Model;
        var next = Enumerable.Range(0, 100).Select(i => new { When = start.AddHours(1000 + i), Load = i == 60 ? 500.0 : (1000 + i) % 24 }).Reverse();
        var scored = model.ScoreSeries(next, cancellationToken: Stop);
        Assert.Equal(100, scored.Count);
        Assert.Equal(start.AddHours(1060).ToString("yyyy-MM-ddTHH:mm:ss"), scored.MostSurprising[0].Time);
        Assert.NotEmpty(scored.Series!.Events);
        Assert.Contains("no single rows", Assert.Throws<InvalidInputException>(() => model.Score(next, cancellationToken: Stop)).Message);
        Assert.Contains("no series", Assert.Throws<InvalidInputException>(() => fitted.Model.ScoreSeries(next, cancellationToken: Stop)).Message);
    }

    private static object Plain(Customer c) =>
        new
        {
            c.Height,
            c.City,
            c.IsMember,
            c.Favourite,
            c.Joined,
            c.Spent,
        };

    private static IEnumerable<(string, ColumnKind)> Fields(Dataset data) => ((TableSchema)data.Schema).Fields.Select(field => (field.Name, field.Kind));

    private static float[] Values(Dataset data)
    {
        var values = new float[data.Count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        return values;
    }

    private static Customer Row(int i) =>
        new(
            i,
            150 + i * 7 % 40,
            new[] { "Oslo", "Rome", "Bern" }[i % 3],
            i % 2 == 0,
            (Colour)(i % 3),
            new DateOnly(2024, 1, 1).AddDays(i * 5 % 90),
            new Guid(i, 0, 0, new byte[8]),
            i % 4 + 0.25m
        );

    public sealed class Fitted : IDisposable
    {
        internal static TrainingOptions Options { get; } = new() { Settings = Tiny.Settings("epochs=10 hidden=32 latent=4"), Threads = 1 };

        public DataSplits Data { get; } = Rows.From(Enumerable.Range(1, 200).Select(Row)).Split(seed: 1);

        public TrainedModel Model { get; }

        public Fitted() => Model = TrainingRun.Train("table-vae", Data, Options).Model;

        public void Dispose() => Model.Dispose();
    }
}
