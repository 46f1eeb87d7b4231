#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:project ../src/Isthmus.Extensions.AI/Isthmus.Extensions.AI.csproj
#:package Microsoft.Extensions.VectorData.Abstractions
#:property UseCurrentRuntimeIdentifier=true
// Finds customers like another one, by a vector store: any that implements Microsoft.Extensions.VectorData is filled and asked in these lines.
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Isthmus;
using Isthmus.Extensions.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

var random = new Random(1);
List<Customer> customers = [.. Enumerable.Range(1, 1000).Select(Usual)];
var rows = Rows.From(customers).Split(seed: 1);
using var model = Autoencoders.TableVae(latent: 4).Fit(rows, new() { Epochs = 10 });
Console.WriteLine($"The code costs {model.Evaluate(rows.Test, rows.Train).Rate?.Bits} a customer.");

using var generator = model.AsIEmbeddingGenerator<Customer>();
VectorStoreCollection<int, Known> store = new InMemoryCollection<int, Known>("customers", generator, known => known.Id, known => known.Code);
await store.EnsureCollectionExistsAsync();
var codes = await generator.GenerateAsync(customers);
await store.UpsertAsync(customers.Zip(codes, (customer, code) => new Known(customer.Id, $"{customer}", code.Vector)));

Customer asked = new(0, 45, "Premium", 900);
Console.WriteLine($"Like {asked}:");
await foreach (var found in store.SearchAsync(asked, top: 3))
    Console.WriteLine($"  {found.Score:F3}  {found.Record.Words}");

Customer Usual(int id) =>
    random.Next(3) == 0 ? new(id, random.Next(30, 70), "Premium", random.Next(500, 1000)) : new(id, random.Next(18, 70), "Basic", random.Next(10, 80));

internal sealed record Customer(int Id, int Age, string Plan, double Spent);

internal sealed record Known(
    [property: VectorStoreKey] int Id,
    [property: VectorStoreData] string Words,
    [property: VectorStoreVector(4, DistanceFunction = DistanceFunction.CosineSimilarity)] ReadOnlyMemory<float> Code
);

// A store in memory, over an index of codes; one with a server has a package, and the lines above stay.
internal sealed class InMemoryCollection<TKey, TRecord>(
    string name,
    IEmbeddingGenerator generator,
    Func<TRecord, TKey> key,
    Func<TRecord, ReadOnlyMemory<float>> code
) : VectorStoreCollection<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly Dictionary<TKey, TRecord> _records = [];
    private CodeIndex<TKey>? _index;

    public override string Name => name;

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        _records.Clear();
        _index = null;
        return Task.CompletedTask;
    }

    public override Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(_records.GetValueOrDefault(key));

    public override async IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await Task.CompletedTask;
        foreach (var record in _records.Values.Where(filter.Compile()).Skip(options?.Skip ?? 0).Take(top))
            yield return record;
    }

    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default)
    {
        _records.Remove(key);
        _index?.Remove(key);
        return Task.CompletedTask;
    }

    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        var vector = code(record);
        (_index ??= new(vector.Length)).Add(key(record), vector.Span);
        _records[key(record)] = record;
        return Task.CompletedTask;
    }

    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        foreach (var record in records)
            await UpsertAsync(record, cancellationToken);
    }

    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue,
        int top,
        VectorSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var vector = searchValue switch
        {
            ReadOnlyMemory<float> given => given,
            _ when generator is IEmbeddingGenerator<TInput, Embedding<float>> own => await own.GenerateVectorAsync(
                searchValue,
                cancellationToken: cancellationToken
            ),
            _ => throw new NotSupportedException($"The generator takes no {typeof(TInput).Name}."),
        };
        var skip = options?.Skip ?? 0;
        foreach (var near in (_index?.Nearest(vector.Span, top + skip) ?? []).Skip(skip))
            yield return new(_records[near.Key], near.Similarity);
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
}
