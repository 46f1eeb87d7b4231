using System.Security.Cryptography;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;

namespace Isthmus.Training;

/// <summary>
/// Training that starts from the weights of a trained model and not from random ones: more data of the same schema. The parts of the model, the scale of its
/// numbers and its classes stay; epochs, step size and all else of training may be set anew. The optimiser's moments, the average of the weights and the
/// choice of the best epoch begin anew.
/// </summary>
/// <param name="origin">The model to start from, which stays as it is.</param>
internal sealed class WarmStart(TrainedModel origin)
{
    // How a run is computed, and not what: decided anew for this machine and these processes.
    private static readonly string[] OfTheMachine = [TrainingSettings.Precision.Key, TrainingSettings.Shares.Key, TrainingSettings.Parallel.Key];

    private static readonly HashSet<string> OfTraining = [.. TrainingSettings.All.Append(Discriminator.LearningRate).Select(setting => setting.Key)];

    private readonly ModelSpecification _known = origin.Specification;

    /// <summary>The model's standardisation; null if it has none.</summary>
    public Standardisation? Standardisation => origin.Standardisation;

    /// <summary>Epochs behind the weights, by which the objective's annealing goes on.</summary>
    public int Epochs => Begun.Epochs;

    /// <summary>Entry for the origin in the provenance of the new model.</summary>
    public ModelOrigin Begun { get; } =
        new(
            Convert.ToHexStringLower(SHA256.HashData(origin.WeightBytes())),
            origin.Provenance.Data,
            origin.Provenance.TrainRecords,
            origin.Provenance.Epochs + (origin.Provenance.Origin?.Epochs ?? 0),
            1 + (origin.Provenance.Origin?.Starts ?? 0)
        );

    /// <summary>Returns the specification of the new model: the old one's, with the settings of training that are said.</summary>
    /// <param name="preset">The preset that is asked for.</param>
    /// <param name="schema">The old model's schema, with what the records have besides.</param>
    /// <param name="said">Settings that are asked for.</param>
    /// <exception cref="InvalidInputException">Another model than the old one is asked for, or one with a closed form.</exception>
    public ModelSpecification Specification(string preset, DataSchema schema, IEnumerable<KeyValuePair<string, string>> said)
    {
        if (preset != _known.Preset)
            throw new InvalidInputException(
                $"{OptionNames.Model(preset)}",
                $"is another model than the {_known.Preset} that training is to start from",
                $"take {OptionNames.Model(_known.Preset)}, or train anew without {OptionNames.From}",
                OptionNames.From
            );
        if (_known.IsClosedForm)
            throw new InvalidInputException(
                $"{OptionNames.Model(preset)}",
                "is solved in closed form from the data alone, so that no training can start from it",
                $"train it on all the data, without {OptionNames.From}",
                OptionNames.From
            );
        var settings = new Settings(_known.Settings.Values.RemoveRange(OfTheMachine));
        foreach (var (key, value) in said)
            if (OfTraining.Contains(key))
                settings = settings.Overlay([new(key, value)]);
            else if (!_known.Settings.Values.TryGetValue(key, out var own))
                throw new InvalidInputException(
                    null,
                    $"The model that training is to start from has no setting '{key}'",
                    NearestName.RemedyOfAll(key, OfTraining.Order(StringComparer.Ordinal)),
                    OptionNames.Key(key)
                );
            else if (value != own && !(key == ModelSpecification.Likelihood.Key && value == "auto"))
                throw new InvalidInputException(
                    $"{OptionNames.Value(key, value)}",
                    $"contradicts the model that training is to start from, which has {OptionNames.Value(key, own)}",
                    $"leave {OptionNames.Key(key)} out, or train anew without {OptionNames.From}",
                    OptionNames.Key(key)
                );
        foreach (var setting in TrainingSettings.All)
            setting.Check(settings.Values.GetValueOrDefault(setting.Key, setting.DefaultText));
        settings = settings.Overlay(
            TrainingSettings.All.Select(setting => KeyValuePair.Create(setting.Key, settings.Values.GetValueOrDefault(setting.Key, setting.DefaultText)))
        );
        return _known with { Schema = schema, Settings = settings };
    }

    /// <summary>Returns the records in the schema of the model, with the items and categories that they have besides.</summary>
    /// <exception cref="InvalidInputException">They are of another schema.</exception>
    public DataSplits Brought(DataSplits data)
    {
        var known = _known.Schema;
        if (known.Equals(data.Train.Schema))
            return data;
        if (known.Kind != data.Train.Schema.Kind)
            throw new InvalidInputException(
                data.Train.Name,
                $"holds {data.Train.Schema}, and the model that training is to start from takes {known}",
                $"give more data like its own, or train anew without {OptionNames.From}",
                OptionNames.From
            );
        var schema = data.Train.Grown(known);
        return data with { Train = data.Train.BroughtTo(schema), Validation = data.Validation.BroughtTo(schema), Test = data.Test.BroughtTo(schema) };
    }

    /// <summary>Returns the new model with the weights of the old one.</summary>
    public Autoencoder Build(ModelSpecification specification, int seed)
    {
        var model = specification.Build(seed);
        GrownWeights.Copy(origin, specification.Schema, model);
        return model;
    }

    /// <summary>Returns what the user should know of the start.</summary>
    public IEnumerable<string> Notes(DataSchema schema)
    {
        yield return $"training starts from {_known.Preset} of {origin.Provenance.Data} ({Counted.Of(origin.Provenance.TrainRecords, "training record")}), "
            + "and keeps its scale; figures are too good where its training records are among the test records.";
        foreach (var grown in RecordLearning.Of(schema).Added(_known.Schema, schema))
            yield return grown;
    }
}
