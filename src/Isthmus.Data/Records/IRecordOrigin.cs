namespace Isthmus.Data.Records;

/// <summary>Origin of data, kept to make them again: fitted on the training records of a split, or converted to a model's schema.</summary>
internal interface IRecordOrigin
{
    /// <summary>The records in parts to train, validate and test on; what is fitted to records is fitted on the training records.</summary>
    /// <param name="data">Records of this origin, all or a selection.</param>
    /// <param name="options">Seed and shares.</param>
    DataSplits Split(Dataset data, DataOptions options);

    /// <summary>The records brought to a model's schema.</summary>
    /// <param name="data">Records of this origin, all or a selection.</param>
    /// <param name="schema">Of the same kind.</param>
    /// <exception cref="InvalidInputException">They do not mean the same.</exception>
    Dataset BroughtTo(Dataset data, DataSchema schema);

    /// <summary>A model's schema with what training records have besides. Default: as their kind finds it in their schema.</summary>
    /// <param name="data">Training records of this origin.</param>
    /// <param name="model">Schema of the model, of the same kind.</param>
    DataSchema Grown(Dataset data, DataSchema model) => model.Kind.Grown(model, data.Schema);
}
