namespace Isthmus.Data.Records;

/// <summary>A format of data: its recognition and its reading. One format, one file, in the folder of the records that it reads.</summary>
public interface IDataFormat
{
    /// <summary>Name of the format: <c>.npy</c>.</summary>
    string Name { get; }

    /// <summary>Returns true if data are of this format, by their name, their first bytes, or the options.</summary>
    bool Recognises(DataLocation data);

    /// <summary>Reads every record in the file's order, converted to the records of a model if one is given.</summary>
    /// <exception cref="InvalidInputException">The data cannot be used: one line that says where and what to do.</exception>
    Dataset Read(DataLocation data);

    /// <summary>Reads the records in training, validation and test parts: the data's own, or those of their kind.</summary>
    /// <exception cref="InvalidInputException">The data cannot be used, or there are too few.</exception>
    DataSplits Split(DataLocation data)
    {
        var all = data.Options.Checked(Read(data));
        return all.Schema.Kind.Split(all, data.Options);
    }

    /// <summary>Returns true if the data come with their own training and test parts.</summary>
    bool HasParts(DataLocation data) => false;

    /// <summary>Kind of its records; null if it depends on the content or the options.</summary>
    RecordKind? Kind => null;

    /// <summary>True if the records can be kept in a file (<see cref="DataOptions.Stream"/>).</summary>
    bool IsStreamed => false;
}
