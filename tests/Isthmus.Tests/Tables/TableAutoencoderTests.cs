using Isthmus.Data.Cells;
using Isthmus.Tables;
using Isthmus.Training;

namespace Isthmus.Tests.Tables;

public sealed class TableAutoencoderTests(TableAutoencoderTests.Fitted fitted) : IClassFixture<TableAutoencoderTests.Fitted>
{
    public enum Colour
    {
        Red,
        Green,
        Blue,
    }

    public sealed record Customer(int Id, double? Height, string? City, bool IsMember, Colour Favourite, DateOnly Joined, Guid Key, decimal Spent);

    public readonly record struct Point(double X, double Y);

    private readonly TableAutoencoder<Customer> _model = fitted.Model;

    [Fact]
    public void Properties_are_columns_by_their_types()
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
            _model.Schema.Fields.Select(field => (field.Name, field.Kind))
        );
        Assert.Equal(["Key", "Id"], _model.Schema.Skipped.Select(column => column.Name));
    }

    [Fact]
    public void A_row_unlike_the_others_is_surprising_and_its_property_says_so()
    {
        var usual = _model.Score(Row(7));
        var odd = _model.Score(Row(7) with { Height = 900 });
        Assert.True(odd.Bits > usual.Bits);
        Assert.True(odd.Bits > _model.Threshold());
        Assert.True(odd.PValue < 0.1);
        Assert.Equal("Height", odd.Columns.MaxBy(column => column.Value).Key);
    }

    [Fact]
    public void Only_blanks_are_filled()
    {
        var row = Row(10) with { Height = null, City = null };
        var filled = _model.Impute(row);
        Assert.NotNull(filled.Height);
        Assert.Contains(filled.City, new[] { "Oslo", "Rome", "Bern" });
        Assert.Equal(row, filled with { Height = null, City = null });
        Assert.Null(row.Height);
        Assert.Equal(Row(10), _model.Impute(Row(10)));
    }

    [Fact]
    public void A_saved_model_scores_alike()
    {
        using var folder = new TemporaryFolder();
        _model.Save(folder.File("m.isthmus"));
        using var loaded = TableAutoencoder.Load<Customer>(folder.File("m.isthmus"));
        var score = _model.Score(Row(3));
        var again = loaded.Score(Row(3));
        Assert.Equal(score.Bits, again.Bits);
        Assert.Equal(score.PValue, again.PValue);
        Assert.Contains(
            "no public property 'Height'",
            Assert.Throws<InvalidInputException>(() => TableAutoencoder.Load<Point>(folder.File("m.isthmus"))).Message
        );
    }

    [Fact]
    public void Value_types_are_rows_too_and_kinds_can_be_given()
    {
        var options = new TrainingOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["epochs"] = "1",
                ["hidden"] = "8",
                ["latent"] = "2",
            },
            Threads = 1,
        };
        Point[] points = [.. Enumerable.Range(0, 60).Select(i => new Point(i % 5, i % 3))];
        using var model = TableAutoencoder.Fit(points, options, kinds: new Dictionary<string, ColumnKind> { ["Y"] = ColumnKind.Category });
        Assert.Equal(ColumnKind.Category, model.Schema.Fields[1].Kind);
        Assert.InRange(model.Impute(new Point(1, double.NaN)).Y, 0, 2);
    }

    [Theory]
    [InlineData("Heigth", ColumnKind.Numeric, "did you mean 'Height'?")]
    [InlineData("City", ColumnKind.Numeric, "Customer.City is of type String, which cannot be numeric; take category or boolean.")]
    public void A_kind_that_cannot_be_is_refused(string property, ColumnKind kind, string complaint) =>
        Assert.Contains(
            complaint,
            Assert
                .Throws<InvalidInputException>(() =>
                    TableAutoencoder.Fit([Row(1), Row(2), Row(3)], kinds: new Dictionary<string, ColumnKind> { [property] = kind })
                )
                .Message
        );

    [Fact]
    public void An_infinite_number_and_too_few_rows_are_refused()
    {
        Assert.Contains(
            "Row 2 of Customer: Height is",
            Assert.Throws<InvalidInputException>(() => TableAutoencoder.Fit([Row(1), Row(2) with { Height = double.PositiveInfinity }, Row(3)])).Message
        );
        Assert.Contains("at least 3", Assert.Throws<InvalidInputException>(() => TableAutoencoder.Fit([Row(1)])).Message);
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
        public TableAutoencoder<Customer> Model { get; } =
            TableAutoencoder.Fit(
                Enumerable.Range(1, 200).Select(Row),
                new TrainingOptions
                {
                    Settings = new Dictionary<string, string>
                    {
                        ["epochs"] = "10",
                        ["hidden"] = "32",
                        ["latent"] = "4",
                    },
                    Threads = 1,
                }
            );

        public void Dispose() => Model.Dispose();
    }
}
