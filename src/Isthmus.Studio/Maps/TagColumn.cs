using Isthmus.Studio.Models;

namespace Isthmus.Studio.Maps;

/// <summary>Names that the reader has given to records, as a property to colour by.</summary>
internal static class TagColumn
{
    /// <summary>Name of the property.</summary>
    public const string Name = "your tags";

    /// <summary>Returns properties with that of the names at their end; without it where no record has one.</summary>
    /// <param name="columns">Properties, perhaps with that of earlier names.</param>
    /// <param name="groups">Places of records in their file, by name.</param>
    /// <param name="records">The records.</param>
    public static IReadOnlyList<RecordColumn> AddTo(IReadOnlyList<RecordColumn> columns, IReadOnlyDictionary<string, int[]> groups, RecordsInCode records)
    {
        var others = columns.Where(column => column.Name != Name);
        if (groups.Count == 0)
            return [.. others];
        string[] names = ["without a tag", .. groups.Keys.Order(StringComparer.Ordinal)];
        var values = new int[records.Codes.Count];
        var places = Enumerable.Range(0, values.Length).ToDictionary(records.Data.PlaceOf);
        foreach (var (group, name) in names.Index().Skip(1))
            foreach (var place in groups[name])
                if (places.TryGetValue(place, out var record))
                    values[record] = group;
        return [.. others, new ClassColumn(Name, values, names)];
    }
}
