using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>The options that a kind of record brings to every verb that reads data.</summary>
internal abstract class KindArguments
{
    /// <summary>Those of every kind, in the order of the help.</summary>
    public static IReadOnlyList<KindArguments> OfAll()
    {
        // One option: the times of interactions, and those of a series.
        Option<string?> time = new("--time")
        {
            Description =
                "Interactions and series: the column of times. The latest of each history are then held out, instead of some by seed; a mixed table becomes a "
                    + "series of windows.",
            HelpName = "column",
        };
        return [new ImageArguments(), new ColumnArguments(), new InteractionArguments(time), new SeriesArguments(time), new DocumentArguments()];
    }

    /// <summary>The options, in the order of the help.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>How data are read, with what these options say.</summary>
    public virtual DataOptions Apply(Session session, DataOptions options) => options;

    /// <summary>How a mixed table is read, with what these options say.</summary>
    public virtual TableOptions Apply(Session session, TableOptions options) => options;
}
