using Isthmus.Server.Models;
using Isthmus.Server.Protocol;

namespace Isthmus.Server.OpenInference;

/// <summary>Models as the Open Inference Protocol sees them, over HTTP and gRPC alike.</summary>
internal sealed class InferenceModels(ModelRegistry registry)
{
    /// <summary>Name of the server in the protocol.</summary>
    public const string ServerName = "isthmus";

    /// <summary>Platform of models in the protocol: ONNX Runtime, and for scores managed code.</summary>
    public const string Platform = "isthmus_onnxruntime";

    /// <summary>Version of the server.</summary>
    public static string ServerVersion { get; } = typeof(InferenceModels).Assembly.GetName().Version!.ToString(3);

    /// <summary>Extensions of the protocol.</summary>
    public static IReadOnlyList<string> Extensions { get; } = ["binary_tensor_data"];

    /// <summary>True when all models may be asked.</summary>
    public bool AreReady => registry.IsReady;

    /// <summary>Describes a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Version that is meant; null or empty for the present one.</param>
    /// <exception cref="UnknownModelException">No such model.</exception>
    /// <exception cref="UnknownVersionException">It has another version.</exception>
    public ModelMetadata Describe(string name, string? version)
    {
        using var lease = Lease(name, version);
        return new(name, [lease.Model.Version], Platform, lease.Model.Tensors.Inputs, lease.Model.Tensors.Outputs);
    }

    /// <summary>Runs a model.</summary>
    /// <inheritdoc cref="Describe"/>
    /// <exception cref="InvalidInputException">Inputs or outputs that the model does not have.</exception>
    public InferResponse Infer(string name, string? version, InferRequest request, int mostRecords, CancellationToken cancellationToken)
    {
        using var lease = Lease(name, version);
        if (request.Inputs.FirstOrDefault(input => input.Shape is [var count, ..] && count > mostRecords) is { } large)
            throw new InvalidInputException($"The input '{Quoted.Of(large.Name)}'", $"has more than {mostRecords:N0} records", "send fewer at a time");
        var outputs = lease.Model.Tensors.Infer(request.Inputs, [.. request.Outputs.Select(output => output.Name)], cancellationToken);
        return new(name, lease.Model.Version, request.Id, outputs);
    }

    private ModelLease Lease(string name, string? version)
    {
        var lease = registry.Lease(name);
        if (string.IsNullOrEmpty(version) || version == lease.Model.Version)
            return lease;
        var own = lease.Model.Version;
        lease.Dispose();
        throw new UnknownVersionException(name, own);
    }
}

/// <summary>Description of a model in the protocol.</summary>
internal sealed record ModelMetadata(
    string Name,
    IReadOnlyList<string> Versions,
    string Platform,
    IReadOnlyList<TensorPort> Inputs,
    IReadOnlyList<TensorPort> Outputs
);

/// <summary>A model is served in another version.</summary>
internal sealed class UnknownVersionException(string name, string version) : Exception($"The model '{name}' is served in version {version} alone.");
