using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Onnx.Hosting;
using Microsoft.Extensions.AI;

namespace Isthmus.Extensions.AI;

/// <summary>
/// Codes of records as embeddings of Microsoft.Extensions.AI: the mean of q(z|x), or z itself where there is no q, L numbers a record. A record is what the
/// model was trained on: an array of numbers (<c>float[]</c>, <c>double[]</c>) or of 8-bit pixels (<c>byte[]</c>), a picture file in memory (<see
/// cref="DataContent"/> or <c>ReadOnlyMemory&lt;byte&gt;</c>: PNG, JPEG, WebP, GIF, BMP), a text, or a row: an object with a property a column, a dictionary,
/// or JSON. A record that is not is refused by an <see cref="InvalidInputException"/>, and so are options that ask for another number of dimensions or another
/// model. Embeddings of two models cannot be compared, so each carries the id of its model: preset and a hash of the weights.
/// </summary>
/// <remarks>
/// Generators are safe to use from several threads at once. They run on ONNX Runtime, without libtorch, on threads of the pool; one that is disposed of ends
/// its calls first. <c>GetService</c> gives <see cref="EmbeddingGeneratorMetadata"/> (dimensions and model id) and <see cref="OnnxMetadata"/>.
/// </remarks>
/// <example>
/// <code>
/// using var generator = EmbeddingGenerators.Load&lt;string&gt;("topics.onnx");
/// ReadOnlyMemory&lt;float&gt; code = await generator.GenerateVectorAsync("rain and thunder");
/// </code>
/// </example>
public static class EmbeddingGenerators
{
    /// <summary>A generator from the encoder in an ONNX file; libtorch is not needed.</summary>
    /// <typeparam name="TInput">Type of a record.</typeparam>
    /// <param name="path">The file, as <c>ExportOnnx</c> writes it.</param>
    /// <param name="threads">Threads of one call; 0 for as many as there are cores. Default 0.</param>
    /// <returns>The generator, which holds the file's content until it is disposed of.</returns>
    /// <exception cref="InvalidInputException">Missing, damaged, no file of Isthmus, or of another part than the encoder.</exception>
    public static IEmbeddingGenerator<TInput, Embedding<float>> Load<TInput>(string path, int threads = 0) => Of<TInput>(new(Encoder.Load(path, threads)));

    /// <summary>A generator from a trained model, whose encoder is exported in memory: it neither holds the model nor libtorch.</summary>
    /// <typeparam name="TInput">Type of a record.</typeparam>
    /// <param name="model">The model; it may be disposed of afterwards.</param>
    /// <param name="threads">Threads of one call; 0 for as many as there are cores. Default 0.</param>
    /// <exception cref="InvalidInputException">A module of the encoder has no form in ONNX.</exception>
    public static IEmbeddingGenerator<TInput, Embedding<float>> AsIEmbeddingGenerator<TInput>(this TrainedModel model, int threads = 0)
    {
        using var file = new MemoryStream();
        model.ExportOnnx(file);
        file.Position = 0;
        return Of<TInput>(new(OnnxModel.Load(file, threads)));
    }

    /// <summary>A generator that runs an encoder, which stays the caller's to dispose of, after the generator.</summary>
    /// <typeparam name="TInput">Type of a record.</typeparam>
    /// <param name="model">The encoder.</param>
    /// <exception cref="InvalidInputException">It is another part of a model.</exception>
    public static IEmbeddingGenerator<TInput, Embedding<float>> AsIEmbeddingGenerator<TInput>(this OnnxModel model) =>
        Of<TInput>(new(Encoder.Demanded(model, "The model"), isOwned: false));

    private static IsthmusEmbeddingGenerator<TInput> Of<TInput>(Shared<OnnxModel> model) => new(new SingleModel(model));
}
