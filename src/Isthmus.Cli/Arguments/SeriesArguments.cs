using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for cutting a mixed table into windows of a series.</summary>
internal sealed class SeriesArguments : KindArguments
{
    private readonly Option<string?> _time;
    private readonly Option<int> _window = CommonOptions.Whole("--window", "Rows per window", 64, 2);
    private readonly Option<int> _stride = CommonOptions.Whole("--stride", "Rows from the start of one window to the next", 1, 1);

    public SeriesArguments(Option<string?> time)
    {
        _time = time;
        OptionGroup.In("Series", _time, _window, _stride);
    }

    public override IReadOnlyList<Option> Options => [_time, _window, _stride];

    public override TableOptions Apply(Session session, TableOptions options) =>
        options with
        {
            Time = session.Get(_time),
            Window = session.Get(_window),
            Stride = session.Get(_stride),
        };
}
