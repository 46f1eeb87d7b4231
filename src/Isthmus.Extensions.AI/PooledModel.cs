using Isthmus.Onnx;
using Isthmus.Onnx.Hosting;

namespace Isthmus.Extensions.AI;

/// <summary>One name of a pool: its file, and the model that was last read from it.</summary>
internal sealed class PooledModel(string name, string path, int threads, TimeProvider clock) : IModelSource
{
    private readonly ReloadedFile<OnnxModel> _file = new(path, file => Encoder.Load(file, threads), Unlike, "give it another name in the pool", clock);
    private volatile string? _modelId;

    /// <summary>State for health checks.</summary>
    public ModelPoolState State => new(name, path, _modelId, _file.LoadedAt, _file.Refused);

    /// <summary>Does work with the present model, which is loaded if it is not yet.</summary>
    public T Use<T>(Func<OnnxModel, T> work)
    {
        var shared = _file.Enter();
        try
        {
            _modelId ??= Encoder.IdOf(shared.Value.Metadata);
            return work(shared.Value);
        }
        finally
        {
            shared.Leave();
        }
    }

    /// <summary>Reads the file again if it has changed since it was last looked at; the old model stays where the new one cannot be used.</summary>
    /// <returns>The state after a change; null if there was none.</returns>
    public ModelPoolState? Refresh()
    {
        if (!_file.Refresh())
            return null;
        if (_file.Refused is null)
        {
            var shared = _file.Enter();
            _modelId = Encoder.IdOf(shared.Value.Metadata);
            shared.Leave();
        }
        return State;
    }

    /// <summary>Gives the model up; calls under way still end.</summary>
    public void Dispose() => _file.Dispose();

    // Callers hold embeddings of that length, and give records of that kind.
    private static string? Unlike(OnnxModel old, OnnxModel other) =>
        old.Metadata.Latent != other.Metadata.Latent ? $"has codes of {other.Metadata.Latent} numbers, and the model in use {old.Metadata.Latent}"
        : old.Metadata.Schema.Kind != other.Metadata.Schema.Kind ? $"is a model of {other.Metadata.Schema}, and the one in use of {old.Metadata.Schema}"
        : null;
}

/// <summary>A model of a pool, for health checks.</summary>
/// <param name="Name">Name in the pool.</param>
/// <param name="Path">Its file.</param>
/// <param name="ModelId">Id of the model in use; null before the first call.</param>
/// <param name="LoadedAt">Time when it was read; null before the first call.</param>
/// <param name="Refused">Reason why the file as it is now is not in use, and the model of before still is; null while all is well.</param>
public sealed record ModelPoolState(string Name, string Path, string? ModelId, DateTimeOffset? LoadedAt, string? Refused);
