using Google.Protobuf;
using Isthmus.Server.OpenInference.Wire;
using Isthmus.Server.Protocol;

namespace Isthmus.Server.OpenInference;

/// <summary>Requests and results of inference as messages of gRPC.</summary>
internal static class GrpcTensors
{
    /// <summary>Reads a request; results are in raw contents if the inputs are.</summary>
    /// <exception cref="InvalidInputException">Contents that do not fit their shape or datatype.</exception>
    public static InferRequest Read(ModelInferRequest message)
    {
        var isRaw = message.RawInputContents.Count > 0;
        if (isRaw && message.RawInputContents.Count != message.Inputs.Count)
            throw new InvalidInputException(
                "The request",
                $"has {Counted.Of(message.Inputs.Count, "input")}, and {Counted.Of(message.RawInputContents.Count, "raw content")}",
                "give as many"
            );
        return new(
            message.Id.Length == 0 ? null : message.Id,
            [.. message.Inputs.Select((input, place) => Input(input, isRaw ? message.RawInputContents[place] : null))],
            [.. message.Outputs.Select(output => new RequestedOutput(output.Name, null))],
            isRaw
        );
    }

    /// <summary>Writes a result.</summary>
    public static ModelInferResponse Write(InferResponse response, bool isRaw)
    {
        var message = new ModelInferResponse
        {
            ModelName = response.Model,
            ModelVersion = response.Version,
            Id = response.Id ?? "",
        };
        foreach (var output in response.Outputs)
        {
            var tensor = new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = output.Type.Name };
            tensor.Shape.AddRange(output.Shape);
            message.Outputs.Add(tensor);
            if (isRaw)
                message.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(BinaryTensor.Write(output)));
            else
                tensor.Contents = Contents(output);
        }
        return message;
    }

    private static Tensor Input(ModelInferRequest.Types.InferInputTensor input, ByteString? raw)
    {
        var name = $"The input '{Quoted.Of(input.Name)}'";
        var type = TensorTypes.Of(input.Datatype, name);
        long[] shape = [.. input.Shape];
        var count = Tensor.CountOf(shape, name);
        if (raw is not null)
            return input.Contents is null
                ? new(input.Name, shape, BinaryTensor.Read(type, count, raw.Span, name))
                : throw new InvalidInputException(name, "has contents and raw contents", "give one of them");
        var contents = input.Contents ?? new();
        Array data = type switch
        {
            TensorType.Bool => contents.BoolContents.ToArray(),
            TensorType.Int64 => contents.Int64Contents.ToArray(),
            TensorType.Fp32 => contents.Fp32Contents.ToArray(),
            TensorType.Fp64 => contents.Fp64Contents.ToArray(),
            _ => contents.BytesContents.Select(text => BinaryTensor.Text(text.Span, name)).ToArray(),
        };
        return data.Length == count
            ? new(input.Name, shape, data)
            : throw new InvalidInputException(
                name,
                $"has {Counted.Of(data.Length, "element")} of datatype {type.Name}, and its shape {count}",
                "give as many as the shape has, in the field of the datatype"
            );
    }

    private static InferTensorContents Contents(Tensor tensor)
    {
        var contents = new InferTensorContents();
        switch (tensor.Data)
        {
            case bool[] truths:
                contents.BoolContents.AddRange(truths);
                break;
            case long[] numbers:
                contents.Int64Contents.AddRange(numbers);
                break;
            case float[] numbers:
                contents.Fp32Contents.AddRange(numbers);
                break;
            case double[] numbers:
                contents.Fp64Contents.AddRange(numbers);
                break;
            default:
                contents.BytesContents.AddRange(((string[])tensor.Data).Select(ByteString.CopyFromUtf8));
                break;
        }
        return contents;
    }
}
