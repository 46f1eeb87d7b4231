using Isthmus.Cli.Output;
using Isthmus.Data.Cells;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Reporting.Pages;

namespace Isthmus.Tests.Reporting.Pages;

/// <summary>What pages and commands make of a kind of record is one class a kind; a kind without one is known by its columns.</summary>
public class KindPageTests
{
    [Fact]
    public void A_kind_that_is_named_nowhere_is_shown_by_its_columns_and_written_as_a_table()
    {
        var schema = new ChannelSchema(3);
        Assert.Equal("3 channels", KindPage.Of(schema).Raw.ToString());
        Assert.Null(KindPage.Of(schema).PlainBits);
        var output = KindOutput.Of(schema);
        Assert.True(output.IsWritten);
        output.DemandRecords();
        output.Check("a.csv", null);
        Assert.Contains("--each is for images", Assert.Throws<InvalidInputException>(() => output.Check("a.csv", "folder")).Message);
        using var folder = new TemporaryFolder();
        output.Write(new(schema, [1, 2, 3, 4, 5, 6]), new(folder.File("a.csv"), null, [], null, [], 1, _ => { }, TestContext.Current.CancellationToken));
        Assert.Equal(["c0,c1,c2", "1.0,2.0,3.0", "4.0,5.0,6.0"], File.ReadAllLines(folder.File("a.csv")));
    }

    [Theory]
    [InlineData(2, 12.0, "12 pixels of 1 bit")]
    [InlineData(256, 96.0, "12 values of 8 bits")]
    public void A_picture_stored_plainly_takes_its_pixels_times_their_bits(int levels, double bits, string raw)
    {
        var page = KindPage.Of(new ImageSchema(3, 4, 1, levels));
        Assert.Equal(bits, page.PlainBits);
        Assert.Equal(raw, page.Raw.ToString());
        Assert.Contains("3 times as many", page.Worth(bits / 3, isDiscrete: true));
        Assert.DoesNotContain("times as many", page.Worth(bits, isDiscrete: true));
        Assert.Contains("no code length", page.Worth(bits / 3, isDiscrete: false));
    }

    private sealed record ChannelSchema(int Channels) : DataSchema
    {
        public override int Dimension => Channels;

        public override RecordKind Kind => ChannelKind.Instance;
    }

    private sealed class ChannelKind : RecordKind
    {
        public static ChannelKind Instance { get; } = new();

        public override string Name => "channels";

        public override Type SchemaType => typeof(ChannelSchema);

        public override string Noun(DataSchema schema) => "moment";

        public override string Unit => "channel";

        public override string Phrase(DataSchema schema) => "moments";

        public override string Model => "vae";

        public override string Likelihood(DataSchema schema) => "gaussian";

        public override RecordForm Form => RecordForm.Columns;

        public override IReadOnlyList<Column> Columns(DataSchema schema, float[] values) =>
            [
                .. Enumerable
                    .Range(0, schema.Dimension)
                    .Select(column => new Column(
                        $"c{column}",
                        [.. Enumerable.Range(0, values.Length / schema.Dimension).Select(row => values[row * schema.Dimension + column])]
                    )),
            ];
    }
}
