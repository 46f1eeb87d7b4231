using Isthmus.Onnx;
using Microsoft.Extensions.AI;

namespace Isthmus.Extensions.AI;

/// <summary>Codes of records as embeddings: <see cref="EmbeddingGenerators"/> says of which.</summary>
internal sealed class IsthmusEmbeddingGenerator<TInput> : IEmbeddingGenerator<TInput, Embedding<float>>
{
    // Records between two looks at the token.
    private const int Together = 512;

    private readonly IModelSource _source;

    public IsthmusEmbeddingGenerator(IModelSource source) => _source = source;

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
