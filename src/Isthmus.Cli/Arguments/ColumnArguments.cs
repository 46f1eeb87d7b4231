using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading vectors and tables.</summary>
internal sealed class ColumnArguments : KindArguments
{
    private readonly Option<string?> _array = new("--array")
    {
        Description = "Array of a .npz file that holds the records. Default: X, x, data or images, else the largest array of pictures or vectors.",
        HelpName = "name",
    };
    private readonly Option<string?> _label = new("--label") { Description = "Column that holds each record's class.", HelpName = "column" };
    private readonly Option<string?> _columns = new("--columns")
    {
        Description =
            "Columns to read, separated by commas; of mixed tables optionally with their kind: zip:category, id:skip (numeric, integer, count, boolean, "
            + "category, date, skip).",
        HelpName = "a,b",
    };
    private readonly Option<bool?> _stream = new("--stream")
    {
        Description =
            "Keep the records in a file and read parts of it; false keeps them in memory. Results are the same. Default: in a file if they would take more "
            + "than an eighth of the memory available.",
        HelpName = "true|false",
    };
    private readonly Option<string?> _targets = new("--target-activations")
    {
        Description = "Vectors that a sparse dictionary is to predict from the data, row by row (transcoder), such as those of a later layer.",
        HelpName = "file",
    };
    private readonly Option<int?> _limit = CommonOptions.OptionalWhole("--limit", "Read at most this many records of each part", 1);

    public ColumnArguments() => OptionGroup.In("Tables and vectors", _array, _label, _columns, _stream, _targets, _limit);

    public override IReadOnlyList<Option> Options => [_array, _label, _columns, _stream, _targets, _limit];

    public override DataOptions Apply(Session session, DataOptions options) =>
        options with
        {
            Array = session.Get(_array),
            Label = session.Get(_label),
            Columns = session.Get(_columns)?.Split(','),
            Stream = session.Get(_stream),
            Targets = session.Get(_targets),
            Limit = session.Get(_limit),
        };
}
