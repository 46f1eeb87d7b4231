namespace Isthmus.Data.Records;

/// <summary>Factory by kind of record: one function for each kind, and a default for kinds that have none.</summary>
internal sealed class MadeByKind<T>(Func<DataSchema, T> plain)
{
    private readonly Dictionary<RecordKind, Func<DataSchema, T>> _makers = [];

    /// <summary>Adds the function for a kind.</summary>
    public MadeByKind<T> With<TSchema>(RecordKind kind, Func<TSchema, T> make)
        where TSchema : DataSchema
    {
        _makers.Add(kind, schema => make((TSchema)schema));
        return this;
    }

    /// <summary>Returns the value that its kind makes of a schema.</summary>
    public T Of(DataSchema schema) => _makers.GetValueOrDefault(schema.Kind, plain)(schema);
}
