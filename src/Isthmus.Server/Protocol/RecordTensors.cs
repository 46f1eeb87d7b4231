using Isthmus.Onnx;
using Isthmus.Onnx.Records;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Server.Protocol;

/// <summary>
/// Form in which records of a model enter as tensors, and in which codes, reconstructions and scores leave. By default one input <c>record</c> of N x D numbers
/// in the data's own units, and the outputs <c>code</c>, N x L, and <c>reconstruction</c> or <c>probabilities</c>. Safe to use from several threads.
/// </summary>
/// <param name="encoder">From records to codes; null if the model has no such form.</param>
/// <param name="reconstructor">From records to reconstructions; null if the model has no such form.</param>
internal class RecordTensors(OnnxModel? encoder, OnnxModel? reconstructor)
{
    private const string Code = "code",
        Probabilities = "probabilities";

    // Records that enter ONNX Runtime at once: as few as keep the values between the nodes small.
    private const int MostNumbers = 1 << 20,
        MostRecords = 512;

    private OnnxModel? Any => encoder ?? reconstructor;

    /// <summary>Inputs, all of which a request gives.</summary>
    public IReadOnlyList<TensorPort> Inputs =>
        [
            .. RecordInputs,
            .. Any is { } model ? model.Given.Select((_, place) => new TensorPort(LabelPorts.NameOf(model.Given, place), TensorType.Int64, [-1, 1])) : [],
        ];

    /// <summary>Outputs, of which a request may choose.</summary>
    public IReadOnlyList<TensorPort> Outputs =>
        [
            .. ScoreOutputs,
            .. encoder is null ? [] : (TensorPort[])[new(Code, TensorType.Fp32, [-1, encoder.Metadata.Latent])],
            .. reconstructor is null ? [] : ReconstructionOutputs(reconstructor),
        ];

    /// <summary>Runs the parts of the model that the outputs are from.</summary>
    /// <param name="inputs">Every input, in any order.</param>
    /// <param name="wanted">Names of outputs; empty for all.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The outputs in the order in which they are wanted.</returns>
    /// <exception cref="InvalidInputException">An input is missing, unknown, given twice, of another datatype or shape; or an output is unknown.</exception>
    public IReadOnlyList<Tensor> Infer(IReadOnlyList<Tensor> inputs, IReadOnlyList<string> wanted, CancellationToken cancellationToken)
    {
        var (taken, given) = (Inputs, PortChecks.ByName(Inputs, inputs));
        var count = PortChecks.Records(taken, given);
        PortChecks.Outputs(Outputs, wanted);
        bool Wants(string output) => wanted.Count == 0 || wanted.Contains(output, StringComparer.Ordinal);
        var values = Values(given);
        var labels = Any is { } model
            ? model.Given.Select((label, place) => Classes(given[LabelPorts.NameOf(model.Given, place)], label.Classes.Count)).ToArray()
            : [];
        List<Tensor> made = [];
        if (ScoreOutputs.Any(output => Wants(output.Name)))
            made.AddRange(Scores(values, cancellationToken));
        if (encoder is not null && Wants(Code))
            made.Add(new(Code, [count, encoder.Metadata.Latent], Run(encoder, values, labels, count, cancellationToken)));
        if (reconstructor is not null && ReconstructionOutputs(reconstructor).Any(output => Wants(output.Name)))
            made.AddRange(Reconstructed(reconstructor, Run(reconstructor, values, labels, count, cancellationToken), count));
        return wanted.Count == 0 ? made : [.. wanted.Select(name => made.First(tensor => tensor.Name == name))];
    }

    /// <summary>Inputs of a record, without labels.</summary>
    protected virtual IReadOnlyList<TensorPort> RecordInputs =>
        Any is { } model ? [new(RecordPorts.Record, TensorType.Fp32, [-1, model.Metadata.Schema.Input.Dimension])] : [];

    /// <summary>Outputs that are no codes and no reconstructions.</summary>
    protected virtual IReadOnlyList<TensorPort> ScoreOutputs => [];

    /// <summary>Returns the records as the parts take them, N x D numbers.</summary>
    /// <param name="inputs">Checked inputs by name.</param>
    protected virtual float[] Values(IReadOnlyDictionary<string, Tensor> inputs) =>
        inputs.GetValueOrDefault(RecordPorts.Record)?.Data as float[] ?? Array.ConvertAll(inputs[RecordPorts.Record].Numbers!, number => (float)number);

    /// <summary>Returns some records as inputs of a graph.</summary>
    /// <param name="model">Part of the model.</param>
    /// <param name="values">N x D numbers.</param>
    /// <param name="count">N.</param>
    protected virtual IEnumerable<(string Name, OrtValue Value)> Feed(OnnxModel model, float[] values, int count) => model.Ports.Feed(values, count);

    /// <summary>Scores records.</summary>
    protected virtual IEnumerable<Tensor> Scores(float[] values, CancellationToken cancellationToken) => [];

    /// <summary>Outputs of a reconstruction.</summary>
    protected virtual IEnumerable<TensorPort> ReconstructionOutputs(OnnxModel model) =>
        [
            new(
                model.Outputs.Contains(Probabilities) ? Probabilities : RecordPorts.Reconstruction,
                TensorType.Fp32,
                [-1, model.Metadata.Schema.Output.Dimension]
            ),
        ];

    /// <summary>Returns a reconstruction as tensors.</summary>
    protected virtual IEnumerable<Tensor> Reconstructed(OnnxModel model, float[] values, int count) =>
        [new(ReconstructionOutputs(model).First().Name, [count, count == 0 ? 0 : values.Length / count], values)];

    private float[] Run(OnnxModel model, float[] values, long[][] labels, int count, CancellationToken cancellationToken)
    {
        var width = values.Length / count;
        var together = Math.Clamp(MostNumbers / Math.Max(1, width), 1, MostRecords);
        List<float[]> parts = [];
        for (var first = 0; first < count; first += together)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = Math.Min(together, count - first);
            parts.Add(
                model.Run(
                    [
                        .. Feed(model, values.AsSpan(first * width, size * width).ToArray(), size),
                        .. model.Given.Select(
                            (_, place) =>
                                (
                                    LabelPorts.NameOf(model.Given, place),
                                    OrtValue.CreateTensorValueFromMemory(labels[place].AsSpan(first, size).ToArray(), [size, 1])
                                )
                        ),
                    ],
                    model.Read
                )
            );
        }
        return parts.Count == 1 ? parts[0] : [.. parts.SelectMany(part => part)];
    }

    private static long[] Classes(Tensor given, int classes)
    {
        var values = (long[])given.Data;
        return values.AsSpan().IndexOfAnyExceptInRange(0, classes - 1) is >= 0 and var at
            ? throw new InvalidInputException($"The input '{given.Name}'", $"has the class {values[at]}", $"there are classes 0 to {classes - 1}")
            : values;
    }
}
