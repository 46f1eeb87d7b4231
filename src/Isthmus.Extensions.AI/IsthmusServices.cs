using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Isthmus.Extensions.AI;

/// <summary>Models of Isthmus as services.</summary>
/// <example>
/// <code>
/// builder.Services.AddIsthmus(models => models["topics"] = "models/topics.onnx").AddIsthmusEmbeddings&lt;string&gt;("topics");
/// app.MapGet("/near", (string text, IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt; generator) => ...);
/// </code>
/// </example>
public static class IsthmusServices
{
    /// <summary>Adds a <see cref="ModelPool"/> as a singleton.</summary>
    /// <param name="services">The services.</param>
    /// <param name="models">Adds paths of ONNX files by name.</param>
    /// <param name="configure">Sets the other options. Default: none.</param>
    public static IServiceCollection AddIsthmus(
        this IServiceCollection services,
        Action<IDictionary<string, string>> models,
        Action<ModelPoolOptions>? configure = null
    )
    {
        services
            .AddOptions<ModelPoolOptions>()
            .Configure(options =>
            {
                models(options.Models);
                configure?.Invoke(options);
            });
        services.TryAddSingleton(provider => new ModelPool(
            provider.GetRequiredService<IOptions<ModelPoolOptions>>().Value,
            provider.GetService<ILogger<ModelPool>>(),
            provider.GetService<TimeProvider>()
        ));
        return services;
    }

    /// <summary>
    /// Adds the generator of a model in the pool as a singleton: by its name as key (<c>[FromKeyedServices("topics")]</c>), and without a key if it is the
    /// first for this type of record.
    /// </summary>
    /// <typeparam name="TInput">Type of a record.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">Name of the model.</param>
    public static IServiceCollection AddIsthmusEmbeddings<TInput>(this IServiceCollection services, string name)
    {
        services.AddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<ModelPool>().Generator<TInput>(name));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IEmbeddingGenerator<TInput, Embedding<float>>>(name));
        return services;
    }
}
