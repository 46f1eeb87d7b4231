using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options of a kind of record for every command that reads data.</summary>
internal abstract class KindArguments
{
    /// <summary>Returns the options of every kind, in the order of the help.</summary>
    public static IReadOnlyList<KindArguments> OfAll()
    {
        // One option: the times of interactions, and those of a series.
        Option<string?> time = new("--time")
        {
            Description =
                "Column of times. A mixed table becomes a series of windows; of interactions, the latest of each user are held out instead of random ones.",
            HelpName = "column",
        };
        return
        [
            new ImageArguments(),
            new ColumnArguments(),
            new InteractionArguments(time),
            new SeriesArguments(time),
            new DocumentArguments(),
            new LineArguments(),
        ];
    }

    /// <summary>The options, in the order of the help.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>Returns options for reading data, with these options applied.</summary>
    public virtual DataOptions Apply(Session session, DataOptions options) => options;

    /// <summary>Returns options for reading a mixed table, with these options applied.</summary>
    public virtual TableOptions Apply(Session session, TableOptions options) => options;
}
