namespace Isthmus.Data.Records;

/// <summary>A format that data come in: how it is told, and how it is read. One format, one file, in the folder of what it reads.</summary>
public interface IDataFormat
{
    /// <summary>The format in words: <c>.npy</c>.</summary>
    string Name { get; }

    /// <summary>Whether data are of this format, by their name, their first bytes, or what the options say of them.</summary>
    bool Recognises(DataLocation data);

    /// <summary>Every record in the file's order; where a model is given, brought to what it takes as far as they mean the same.</summary>
    /// <exception cref="InvalidInputException">The data cannot be used: one line that says where and what to do.</exception>
    Dataset Read(DataLocation data);

    /// <summary>The records in parts to train, validate and test on: the data's own, or those that their kind is split in.</summary>
    /// <exception cref="InvalidInputException">The data cannot be used, or there are too few.</exception>
    DataSplits Split(DataLocation data)
    {
        var all = data.Options.Checked(Read(data));
        return all.Schema.Kind.Split(all, data.Options);
    }

    /// <summary>Whether the data come in parts of their own, one to train on and one to test on.</summary>
    bool HasParts(DataLocation data) => false;

    /// <summary>The kind that its records are; null where only reading tells, or the options do.</summary>
    RecordKind? Kind => null;

    /// <summary>Whether the records stay in their file.</summary>
    bool IsStreamed => false;
}
