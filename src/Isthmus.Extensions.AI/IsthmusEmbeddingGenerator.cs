using Isthmus.Onnx;
using Microsoft.Extensions.AI;

namespace Isthmus.Extensions.AI;

/// <summary>
/// Codes of records as embeddings of Microsoft.Extensions.AI: the mean of q(z|x), or z itself where there is no q, L numbers a record. A record is what the
/// model was trained on: an array of numbers (<c>float[]</c>, <c>double[]</c>) or of 8-bit pixels (<c>byte[]</c>), a picture file in memory (<see
/// cref="DataContent"/> or <c>ReadOnlyMemory&lt;byte&gt;</c>: PNG, JPEG, WebP, GIF, BMP), a text, or a row: an object with a property a column, a dictionary,
/// or JSON. Embeddings of two models cannot be compared, so each carries the id of its model: preset and a hash of the weights.
/// </summary>
/// <remarks>Safe to use from several threads at once. Runs on ONNX Runtime, without libtorch; work is done on a thread of the pool.</remarks>
/// <typeparam name="TInput">Type of a record.</typeparam>
public sealed class IsthmusEmbeddingGenerator<TInput> : IEmbeddingGenerator<TInput, Embedding<float>>
{
    // Records between two looks at the token.
    private const int Together = 512;

    private readonly IModelSource _source;

    internal IsthmusEmbeddingGenerator(IModelSource source) => _source = source;

    /// <summary>Codes of records, in their order.</summary>
    /// <param name="values">Records; none gives none.</param>
    /// <param name="options">A number of dimensions or a model id, if given, must be the model's own. Default: none.</param>
    /// <param name="cancellationToken">Stops between some hundred records.</param>
    /// <exception cref="InvalidInputException">A record is not what the model was trained on, or the options ask for another model.</exception>
    /// <exception cref="ObjectDisposedException">The generator has been disposed of.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<TInput> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        TInput[] records = [.. values];
        return Task.Run(() => _source.Use(model => Generate(model, records, options, cancellationToken)), cancellationToken);
    }

    /// <summary>The generator, its <see cref="EmbeddingGeneratorMetadata"/> (dimensions and model id) or <see cref="OnnxMetadata"/>; otherwise null.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(OnnxMetadata) ? _source.Use(model => model.Metadata)
            : serviceType == typeof(EmbeddingGeneratorMetadata)
                ? _source.Use(model => new EmbeddingGeneratorMetadata("isthmus", null, Encoder.IdOf(model.Metadata), model.Metadata.Latent))
            : null;
    }

    /// <summary>Gives the model up; calls under way still end.</summary>
    public void Dispose() => _source.Dispose();

    private static GeneratedEmbeddings<Embedding<float>> Generate(
        OnnxModel model,
        TInput[] records,
        EmbeddingGenerationOptions? options,
        CancellationToken cancellationToken
    )
    {
        var (metadata, own) = (model.Metadata, Encoder.IdOf(model.Metadata));
        if (options?.Dimensions is { } dimensions && dimensions != metadata.Latent)
            throw new InvalidInputException(
                "The model",
                $"has codes of {metadata.Latent} numbers, and {dimensions} are asked for",
                "leave Dimensions out, or train a model of that width"
            );
        if (options?.ModelId is { } id && id != own)
            throw new InvalidInputException("The generator", $"runs the model {own}, and {id} is asked for", "leave ModelId out");
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(records.Length);
        foreach (var some in records.Chunk(Together))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var codes = some is DataContent[] contents ? model.Encode(contents.Select(Picture)) : model.Encode<TInput>(some);
            embeddings.AddRange(codes.Select(code => new Embedding<float>(code) { ModelId = own }));
        }
        return embeddings;
    }

    private static ReadOnlyMemory<byte> Picture(DataContent content, int place) =>
        content.HasTopLevelMediaType("image")
            ? content.Data
            : throw new InvalidInputException($"Content {place + 1}", $"is {content.MediaType} and no picture", "give the content of a picture file");
}
