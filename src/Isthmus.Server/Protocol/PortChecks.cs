namespace Isthmus.Server.Protocol;

/// <summary>Checks of tensors against the inputs and outputs of a model.</summary>
internal static class PortChecks
{
    /// <summary>Returns the inputs by name.</summary>
    /// <exception cref="InvalidInputException">One is missing, unknown or given twice.</exception>
    public static IReadOnlyDictionary<string, Tensor> ByName(IReadOnlyList<TensorPort> ports, IReadOnlyList<Tensor> inputs)
    {
        var given = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var known = ports.Select(port => port.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var input in inputs)
            if (!known.Contains(input.Name))
                throw new InvalidInputException("The model", $"has no input '{Quoted.Of(input.Name)}'", $"it has {Names(ports)}");
            else if (!given.TryAdd(input.Name, input))
                throw new InvalidInputException($"The input '{input.Name}'", "is given twice", "give it once");
        return ports.FirstOrDefault(port => !given.ContainsKey(port.Name)) is { } missing
            ? throw new InvalidInputException($"The input '{missing.Name}'", "is missing", "give every input of the model's metadata")
            : given;
    }

    /// <summary>Returns the number of records of all inputs.</summary>
    /// <exception cref="InvalidInputException">None, not the same number in each, or an input of another shape or datatype.</exception>
    public static int Records(IReadOnlyList<TensorPort> ports, IReadOnlyDictionary<string, Tensor> given)
    {
        var count = -1L;
        foreach (var port in ports)
        {
            var tensor = given[port.Name];
            var name = $"The input '{port.Name}'";
            if (!Takes(port.Type, tensor.Type))
                throw new InvalidInputException(name, $"has datatype {tensor.Type.Name}", $"give {port.Type.Name}");
            if (
                tensor.Shape.Length != port.Shape.Count
                || port.Shape.Zip(tensor.Shape, (expected, length) => expected >= 0 && expected != length).Any(differs => differs)
            )
                throw new InvalidInputException(name, $"has shape {Shape(tensor.Shape)}", $"give {Shape(port.Shape)}, where -1 is the number of records");
            if (count >= 0 && tensor.Shape[0] != count)
                throw new InvalidInputException(name, $"has {Counted.Of(tensor.Shape[0], "record")}, and others have {count}", "give as many in each");
            count = tensor.Shape[0];
        }
        return count is > 0 and <= int.MaxValue ? (int)count : throw new InvalidInputException("The request", "has no record", "give at least one");
    }

    /// <summary>Demands that outputs are known, and asked for once.</summary>
    public static void Outputs(IReadOnlyList<TensorPort> ports, IReadOnlyList<string> wanted)
    {
        if (wanted.Except(ports.Select(port => port.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new InvalidInputException("The model", $"has no output '{Quoted.Of(unknown)}'", $"it has {Names(ports)}");
        if (wanted.CountBy(name => name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new InvalidInputException($"The output '{twice}'", "is asked for twice", "ask for it once");
    }

    // Every whole number and truth value is a number, and has a text.
    private static bool Takes(TensorType port, TensorType given) =>
        port == given
        || port switch
        {
            TensorType.Fp32 or TensorType.Fp64 => given != TensorType.Bytes,
            TensorType.Bytes => given is TensorType.Int64 or TensorType.Bool,
            _ => false,
        };

    private static string Names(IReadOnlyList<TensorPort> ports)
    {
        const int Most = 12;
        return ports.Count == 0
            ? "none"
            : $"{string.Join(", ", ports.Take(Most).Select(port => port.Name))}{(ports.Count > Most ? $" and {ports.Count - Most} more" : "")}";
    }

    private static string Shape(IEnumerable<long> lengths) => $"[{string.Join(", ", lengths)}]";
}
