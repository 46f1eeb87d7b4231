namespace Isthmus.Data.Records;

/// <summary>What is made of a schema by its kind: one maker a kind, and a plain one for kinds that have none.</summary>
internal sealed class MadeByKind<T>(Func<DataSchema, T> plain)
{
    private readonly Dictionary<RecordKind, Func<DataSchema, T>> _makers = [];

    /// <summary>Names the maker of a kind.</summary>
    public MadeByKind<T> With<TSchema>(RecordKind kind, Func<TSchema, T> make)
        where TSchema : DataSchema
    {
        _makers.Add(kind, schema => make((TSchema)schema));
        return this;
    }

    /// <summary>What its kind makes of a schema.</summary>
    public T Of(DataSchema schema) => _makers.GetValueOrDefault(schema.Kind, plain)(schema);
}
