using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading vectors and tables.</summary>
internal sealed class ColumnArguments : KindArguments
{
    private readonly Option<string?> _array = new("--array")
    {
        Description = "Of a .npz file, the array whose records are read. Default: X, x, data or images, or else the largest of pictures or of vectors.",
        HelpName = "name",
    };
    private readonly Option<string?> _label = new("--label") { Description = "The column of a table that holds each record's class.", HelpName = "column" };
    private readonly Option<string?> _columns = new("--columns")
    {
        Description =
            "The columns of a table to take, joined by commas; of mixed tables also what one is: zip:category, id:skip (numeric, integer, count, boolean, "
                + "category, date, skip).",
        HelpName = "a,b",
    };
    private readonly Option<bool> _stream = new("--stream")
    {
        Description =
            "Leave vectors (.npy .parquet .csv .tsv) in their file and read it in blocks, in an order that is shuffled by the seed: for files larger than "
                + "memory.",
    };
    private readonly Option<int?> _limit = CommonOptions.OptionalWhole("--limit", "Take at most so many records of each part", 1);

    public ColumnArguments() => OptionGroup.In("Tables and vectors", _label, _columns, _stream, _limit);

    public override IReadOnlyList<Option> Options => [_array, _label, _columns, _stream, _limit];

    public override DataOptions Apply(Session session, DataOptions options) =>
        options with
        {
            Array = session.Get(_array),
            Label = session.Get(_label),
            Columns = session.Get(_columns)?.Split(','),
            Stream = session.Get(_stream),
            Limit = session.Get(_limit),
        };
}
