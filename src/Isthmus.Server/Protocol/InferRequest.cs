namespace Isthmus.Server.Protocol;

/// <summary>A request for inference.</summary>
/// <param name="Id">Identifier that the response repeats; null if none was given.</param>
/// <param name="Inputs">Input tensors.</param>
/// <param name="Outputs">Names of the outputs that are wanted, each with the choice of binary form; empty for all.</param>
/// <param name="BinaryOutputs">True to return outputs in binary form unless their own entry says otherwise.</param>
internal sealed record InferRequest(string? Id, IReadOnlyList<Tensor> Inputs, IReadOnlyList<RequestedOutput> Outputs, bool BinaryOutputs)
{
    /// <summary>Returns whether an output is to be in binary form.</summary>
    public bool IsBinary(string output) => Outputs.FirstOrDefault(wanted => wanted.Name == output)?.Binary ?? BinaryOutputs;
}

/// <summary>An output that is wanted.</summary>
/// <param name="Name">Name.</param>
/// <param name="Binary">True for binary form, false for JSON; null for what the request says of all.</param>
internal sealed record RequestedOutput(string Name, bool? Binary);

/// <summary>Result of an inference.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Id">The request's identifier; null if it had none.</param>
/// <param name="Outputs">Output tensors.</param>
internal sealed record InferResponse(string Model, string Version, string? Id, IReadOnlyList<Tensor> Outputs);
