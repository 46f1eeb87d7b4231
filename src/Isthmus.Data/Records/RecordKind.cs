namespace Isthmus.Data.Records;

/// <summary>
/// What a kind of record is, said once: whoever needs to know asks the schema's kind, and no code elsewhere tells schemas apart. What models, pages
/// and commands make of a kind stands with them, by the kind's name.
/// </summary>
public abstract class RecordKind
{
    /// <summary>The name in files: <c>image</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One record in words: <c>picture</c>.</summary>
    public abstract string Noun(DataSchema schema);
}
