namespace Isthmus.Data.Records;

/// <summary>
/// All kinds of records, built-in and registered. A kind of another assembly is registered before data or models of it are read. Safe to use from several
/// threads.
/// </summary>
public static class RecordKinds
{
    private static readonly Lock Gate = new();

    /// <summary>All kinds, the built-in ones first.</summary>
    public static IReadOnlyList<RecordKind> All { get; private set; } = [];

    /// <summary>Registers a kind, so that model files can hold its schemas.</summary>
    /// <exception cref="ArgumentException">Another kind has its name.</exception>
    public static void Register(RecordKind kind)
    {
        lock (Gate)
        {
            if (All.Contains(kind))
                return;
            if (All.Any(known => known.Name == kind.Name))
                throw new ArgumentException($"There is a kind of records named '{kind.Name}' already; give another name.", nameof(kind));
            JsonFormat.Know(typeof(DataSchema), kind.SchemaType, kind.Name);
            All = [.. All, kind];
        }
    }
}
