using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;
using Isthmus.Data.Vectors;

namespace Isthmus.Data.Formats;

/// <summary>
/// Two files of vectors whose rows belong together: inputs, and the target activations that a model predicts from them. Recognised by its option. Where
/// they stay in files, they are joined in a temporary one.
/// </summary>
internal sealed class TargetedFormat : IDataFormat
{
    private const int PartRecords = 4096;
    private const string Prefix = "target ";

    public string Name => "vectors with targets";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => data.Options.Targets is not null;

    public Dataset Read(DataLocation data)
    {
        var path = data.Options.Targets!;
        var options = data.Options with { Targets = null, Limit = null };
        var inputs = Vectors(data.Path, options with { Expected = data.Options.Expected?.Input });
        // Columns of a model by name; an array's have none.
        var columns = data.Options.Expected?.Output is { } wanted && TableFiles.Are(path) ? OwnNames(wanted) : null;
        var targets = Vectors(path, options with { Expected = null, Columns = columns, Label = null, Array = null });
        return Joined(inputs, targets, options.Place).WithTargets(path);

        Dataset Vectors(string path, DataOptions options)
        {
            var read = DataSource.LoadAll(path, options, data.Progress, data.CancellationToken);
            read.Schema.Demand<VectorSchema>($"{path} holds {read.Schema}, and {OptionNames.Targets} is for vectors", "leave it out");
            return read;
        }
    }

    private static string[] OwnNames(DataSchema targets) =>
        [
            .. Enumerable
                .Range(0, targets.Dimension)
                .Select(targets.NameOf)
                .Select(name => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name),
        ];

    /// <summary>Returns vectors of inputs and targets side by side.</summary>
    /// <exception cref="InvalidInputException">Not as many of one as of the other.</exception>
    public static Dataset Joined(Dataset inputs, Dataset targets, StoragePlace? place = null)
    {
        if (inputs.Count != targets.Count)
            throw new InvalidInputException(
                $"{targets.Name}: target activations",
                $"have {Counted.Of(targets.Count, "row")}, and {inputs.Name} has {NumberText.Of(inputs.Count)}",
                "give those of the same records, row by row",
                OptionNames.Targets
            );
        var (left, right) = (((VectorSchema)inputs.Schema).Columns, ((VectorSchema)targets.Schema).Columns);
        // Columns have names of their own: arrays' default ones, and those of tables, could come twice.
        if (right.SequenceEqual(VectorRecords.Names(right.Count)))
            right = [.. Enumerable.Range(0, right.Count).Select(i => FormattableString.Invariant($"y{i}"))];
        var taken = left.ToHashSet();
        var schema = new VectorSchema([.. left, .. right.Select(name => taken.Contains(name) ? Prefix + name : name)]) { Targets = right.Count };
        var writer = new RecordWriter<float>(inputs.Name, schema.Dimension, place ?? new(false), inputs.Count);
        for (var first = 0; first < inputs.Count; first += PartRecords)
        {
            int[] records = [.. Enumerable.Range(first, Math.Min(PartRecords, inputs.Count - first))];
            var (x, y) = (new float[records.Length * left.Count], new float[records.Length * right.Count]);
            inputs.CopyValues(records, x);
            targets.CopyValues(records, y);
            var rows = new float[x.Length + y.Length];
            for (var row = 0; row < records.Length; row++)
            {
                x.AsSpan(row * left.Count, left.Count).CopyTo(rows.AsSpan(row * schema.Dimension));
                y.AsSpan(row * right.Count, right.Count).CopyTo(rows.AsSpan(row * schema.Dimension + left.Count));
            }
            writer.Add(rows);
        }
        return Dataset.Of(inputs.Name, schema, writer.Finish(), inputs.Labels, writer.Note is { } note ? [.. inputs.Notes, note] : inputs.Notes);
    }
}
