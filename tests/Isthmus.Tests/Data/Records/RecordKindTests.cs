using Isthmus.Data.Cells;
using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;

namespace Isthmus.Tests.Data.Records;

/// <summary>What each kind of record says of itself.</summary>
public class RecordKindTests
{
    private static readonly FittedCategories Colour = new("colour", ColumnKind.Category, ["red", "blue"], [0.5, 0.5], [], 2);
    private static readonly TableSchema Rows = new([Colour], [new("class", SkippedColumn.TheLabel)]) { Asked = ["colour:category"] };

    // Schema, noun, phrase, name of its second number, model, likelihood.
    public static TheoryData<DataSchema, string, string, string, string, string> Schemas =>
        new()
        {
            { new ImageSchema(2, 3, 1, 2), "picture", "2 × 3 black-and-white pictures", "x1", "vae", "bernoulli" },
            { new ImageSchema(2, 3, 3, 256), "picture", "2 × 3 colour pictures", "x1", "vae", "discretised-logistic" },
            { new VectorSchema(["height", "width"]), "record", "records of 2 columns", "width", "vae", "gaussian" },
            { new InteractionSchema(["7", "9"], ["Alien", "Brazil"], new()), "user", "histories over 2 items", "Brazil", "ease", "multinomial" },
            { new TableSchema([Colour, Colour with { Name = "coat" }], []), "row", "rows of 2 columns", "coat", "table-vae", "mixed" },
            {
                new TableSchema([Colour, Colour with { Name = "coat" }], []) { Series = new("t", ["colour"], 2, 1) },
                "window",
                "windows of 2 columns",
                "coat",
                "table-vae",
                "mixed"
            },
            { new DocumentSchema(["hop", "malt"], new()), "document", "documents over 2 words", "malt", "prod-lda", "multinomial" },
            { new LineSchema(new("words", [], ["hop", "malt"]), 8, new()), "line", "lines of up to 8 of 259 tokens (words)", "token 2", "text-vae", "tokens" },
        };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void A_kind_says_what_its_records_are(DataSchema schema, string noun, string phrase, string second, string model, string likelihood)
    {
        var kind = schema.Kind;
        Assert.Equal(
            (noun, phrase, second, model, likelihood),
            (kind.Noun(schema), kind.Phrase(schema), schema.NameOf(1), kind.Model, kind.Likelihood(schema))
        );
        Assert.Contains(kind, RecordKinds.All);
        Assert.IsType(kind.SchemaType, schema);
    }

    [Fact]
    public void Records_are_written_as_their_kind_has_them()
    {
        var vectors = new VectorSchema(["a", "b"]);
        Assert.Equal([1, 3], Enumerable.Range(0, 2).Select(vectors.Kind.Columns(vectors, [1, 2, 3, 4])[0].Number));
        Assert.Throws<InvalidInputException>(() => vectors.Kind.Pictures(vectors, [1, 2]));
        var images = new ImageSchema(1, 3, 1, 256);
        Assert.Equal(
            [
                [0, 128, 255],
            ],
            images.Kind.Pictures(images, [float.NaN, 0.5f, 7])
        );
        Assert.Throws<InvalidInputException>(() => images.Kind.Columns(images, [0, 0, 0]));
        Assert.Throws<InvalidInputException>(() => Rows.Kind.Columns(Rows, [0]));
    }

    [Fact]
    public void Options_read_data_again_as_they_were_read()
    {
        Assert.Equal([("--columns", "colour:category"), ("--label", "class")], Said(Rows.Kind.Arguments(Rows, isPublished: false)));
        var documents = new DocumentSchema(["hop"], new() { Text = "body", MaxShare = 0.25 });
        Assert.Equal([("--text", "body"), ("--max-document-share", 0.25)], Said(documents.Kind.Arguments(documents, isPublished: false)));
        // A published set is read in one way.
        Assert.Empty(Said(documents.Kind.Arguments(documents, isPublished: true)));
        Assert.Empty(Said(VectorKind.Instance.Arguments(new VectorSchema(["a"]), isPublished: false)));
    }

    private static IEnumerable<(string, object)> Said(IEnumerable<(string Option, object? Value)> arguments) =>
        arguments.Where(argument => argument.Value is not null).Select(argument => (argument.Option, argument.Value!));
}
