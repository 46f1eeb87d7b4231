using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;

namespace Isthmus.Data.Formats;

/// <summary>All formats of data that Isthmus reads, built-in and registered. Safe to use from several threads.</summary>
public static class DataFormats
{
    private static readonly Lock Gate = new();

    /// <summary>All formats; the first that recognises data reads them. Options take precedence over the name, and the name over the first bytes.</summary>
    public static IReadOnlyList<IDataFormat> All { get; private set; } =
    [
        new TargetedFormat(),
        new PublishedFormat(),
        new MixedTableFormat(),
        new InteractionFormat(),
        new LineFormat(),
        new DocumentFormat(),
        new ShapesFormat(),
        new ImageFolderFormat(),
        new NumberTableFormat(),
        new AmatFormat(),
        new IdxFormat(),
        new NumpyFormat(),
    ];

    /// <summary>Names of registered formats.</summary>
    internal static IEnumerable<string> Added => All.Where(format => format.GetType().Assembly != typeof(DataFormats).Assembly).Select(format => format.Name);

    /// <summary>Registers a format, which is asked before the existing ones.</summary>
    /// <exception cref="ArgumentException">Another format has its name.</exception>
    public static void Register(IDataFormat format)
    {
        lock (Gate)
            All = All.All(known => known.Name != format.Name)
                ? [format, .. All]
                : throw new ArgumentException($"There is a format named '{format.Name}' already; give another name.", nameof(format));
    }

    [ModuleInitializer]
    [SuppressMessage(
        "Usage",
        "CA2255",
        Justification = "A file may hold a schema of any kind, so all must be known before one is read, and no kind can be named where schemas are defined."
    )]
    internal static void RegisterKinds()
    {
        foreach (
            RecordKind kind in (RecordKind[])
                [ImageKind.Instance, VectorKind.Instance, InteractionKind.Instance, TableKind.Instance, DocumentKind.Instance, LineKind.Instance]
        )
            RecordKinds.Register(kind);
    }
}
