using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using Isthmus.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx.Records;

/// <summary>
/// Form in which labels enter the graph of a model that is given them: for each an input of N x 1 class numbers, 0 for the first class. A single label's input
/// is called <c>label</c>, and of several each <c>label_</c> and its name.
/// </summary>
internal static class LabelPorts
{
    /// <summary>Name of a label's input.</summary>
    public static string NameOf(IReadOnlyList<KnownLabel> labels, int place) => labels.Count == 1 ? "label" : $"label_{labels[place].Name}";

    /// <summary>Declares the inputs, and returns N x C numbers: each label's class one-hot.</summary>
    public static OnnxValue Inputs(OnnxGraph graph, IReadOnlyList<KnownLabel> labels) =>
        OnnxValue.Concat([
            .. labels.Select(
                (label, place) =>
                {
                    var given = graph.Input(NameOf(labels, place), OnnxElement.Int64, 1);
                    long[] classes = [.. Enumerable.Range(0, label.Classes.Count)];
                    return given.Apply("Equal", graph.Constant((ReadOnlySpan<long>)classes, [classes.Length], "classes")).Cast(OnnxElement.Float);
                }
            ),
        ]);

    /// <summary>Returns the inputs for records that have these labels attached.</summary>
    public static IEnumerable<(string Name, OrtValue Value)> Feed(IReadOnlyList<LabelColumn> attached, IReadOnlyList<KnownLabel> labels, int[] records) =>
        labels.Select(
            (_, place) =>
                (
                    NameOf(labels, place),
                    OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(records, i => (long)attached[place].Values[i]), [records.Length, 1])
                )
        );

    /// <summary>Returns the inputs for records that all have the same labels.</summary>
    /// <param name="labels">Labels that the model is given.</param>
    /// <param name="classes">One class of each, by name.</param>
    /// <param name="count">Number of records.</param>
    /// <exception cref="InvalidInputException">More or fewer classes than labels, or a class that the model does not know.</exception>
    public static IEnumerable<(string Name, OrtValue Value)> Feed(IReadOnlyList<KnownLabel> labels, IReadOnlyList<string> classes, int count)
    {
        if (classes.Count != labels.Count)
            throw new InvalidInputException(
                "The model",
                labels.Count == 0
                    ? "is given no label with a record"
                    : $"is given {string.Join(", ", labels.Select(label => label.Name))} with every record, and here are {Counted.Of(classes.Count, "class")}",
                labels.Count == 0 ? "leave the class out" : "give one class of each"
            );
        return labels.Select(
            (label, place) =>
            {
                var values = new long[count];
                Array.Fill(values, label.IndexOf(classes[place]));
                return (NameOf(labels, place), OrtValue.CreateTensorValueFromMemory(values, [count, 1]));
            }
        );
    }
}
