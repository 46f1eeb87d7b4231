using Isthmus.Compute;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// Exchange of gradients among processes, each of which has computed its own slices. Up to four processes gather all slices, and each makes the whole update.
/// More deal out the parameters: each receives its part of all slices (all-to-all), updates that part, and the working copies are gathered; a process then
/// sends 2 (R - 1) / R slices a step and not R - 1. The sums and the update of a number are the same, and so are the bits.
/// </summary>
/// <remarks>Where they are dealt out, the parts of others of weights of bfloat16 products, moments and average are old until <see cref="Complete"/>.</remarks>
internal sealed unsafe class SliceExchange : IDisposable
{
    // Above this many processes parameters are dealt out.
    private const int MostGathered = 4;

    private readonly FlatParameters _parameters;
    private readonly Communicator _ranks;
    private readonly int _slices,
        _bytesOfWeight;
    private readonly bool _isDealt;
    private readonly long _products,
        _rest;
    private readonly Tensor? _sent,
        _received;

    /// <summary>Creates the exchange.</summary>
    /// <param name="parameters">Parameters with slices, as many on each process, in the order of ranks.</param>
    /// <param name="ranks">The processes.</param>
    /// <param name="isWhole">True if every process needs the whole gradient, to clip it.</param>
    public SliceExchange(FlatParameters parameters, Communicator ranks, bool isWhole)
    {
        (_parameters, _ranks, _slices) = (parameters, ranks, parameters.Slices.Count / ranks.Count);
        _isDealt = ranks.Count > MostGathered && !isWhole;
        _bytesOfWeight = parameters.InBfloat16 ? sizeof(ushort) : sizeof(float);
        long Part(long numbers) => (numbers + ranks.Count - 1) / ranks.Count;
        (_products, _rest) = (Part(parameters.ProductCount), Part(parameters.Values.numel() - parameters.ProductCount));
        if (!_isDealt)
            return;
        // Of float32 numbers; the gradients of every slice, or one number in float32 for each parameter of a part.
        var words = ranks.Count * Math.Max(_slices * BytesOfPart, (_products + _rest) * sizeof(float)) / sizeof(float) + 1;
        (_sent, _received) = (empty(words).DetachFromDisposeScope(), empty(words).DetachFromDisposeScope());
    }

    /// <summary>The parameters that this process updates, first and last of each run; null for all.</summary>
    public IReadOnlyList<(long First, long Last)>? Own => _isDealt ? [Products(_ranks.Rank), Rest(_ranks.Rank)] : null;

    /// <summary>Exchanges the gradients, and the statistics and figures of all slices.</summary>
    public void Gradients()
    {
        var memory = TensorMemory.AddressOf(_parameters.SliceMemory);
        var bytesOfSlice = _parameters.SliceWords * sizeof(float);
        if (!_isDealt)
        {
            _ranks.AllGather(memory, _slices * bytesOfSlice);
            return;
        }
        var (sent, received) = (TensorMemory.AddressOf(_sent!), TensorMemory.AddressOf(_received!));
        for (var rank = 0; rank < _ranks.Count; rank++)
            for (var slice = 0; slice < _slices; slice++)
                Move(_ranks.Rank * _slices + slice, rank, (nint)(sent + (rank * _slices + slice) * BytesOfPart), isPacking: true);
        _ranks.AllToAll(sent, received, _slices * BytesOfPart);
        for (var slice = 0; slice < _parameters.Slices.Count; slice++)
            if (slice / _slices != _ranks.Rank)
                Move(slice, _ranks.Rank, (nint)(received + slice * BytesOfPart), isPacking: false);
        Figures(memory, bytesOfSlice);
    }

    /// <summary>Gathers what the next step reads of the parameters: the working copies of products, and all others.</summary>
    public void Working()
    {
        if (!_isDealt)
            return;
        // Not in bfloat16, the working copy is the values themselves.
        Gather(TensorMemory.AddressOf(_parameters.Working), _bytesOfWeight, Products);
        Gather(TensorMemory.AddressOf(_parameters.Values), sizeof(float), Rest);
    }

    /// <summary>Gathers tensors that have a float32 number for each parameter.</summary>
    public void Complete(params IEnumerable<Tensor> tensors)
    {
        if (!_isDealt)
            return;
        foreach (var tensor in tensors)
        {
            Gather(TensorMemory.AddressOf(tensor), sizeof(float), Products);
            Gather(TensorMemory.AddressOf(tensor), sizeof(float), Rest);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sent?.Dispose();
        _received?.Dispose();
    }

    private long BytesOfPart => _products * _bytesOfWeight + _rest * sizeof(float);

    private (long First, long Last) Products(int rank) =>
        (Math.Min(rank * _products, _parameters.ProductCount), Math.Min((rank + 1) * _products, _parameters.ProductCount));

    private (long First, long Last) Rest(int rank)
    {
        var all = _parameters.Values.numel();
        return (Math.Min(_parameters.ProductCount + rank * _rest, all), Math.Min(_parameters.ProductCount + (rank + 1) * _rest, all));
    }

    /// <summary>Copies a process's part of a slice's gradients to memory, or back.</summary>
    private void Move(int slice, int rank, nint memory, bool isPacking)
    {
        var gradients = _parameters.Slices[slice];
        var (products, rest) = (Products(rank), Rest(rank));
        if (products.Last > products.First)
            Copy(
                (nint)(TensorMemory.AddressOf(gradients.Products) + products.First * _bytesOfWeight),
                memory,
                (products.Last - products.First) * _bytesOfWeight
            );
        if (rest.Last > rest.First)
            Copy(
                (nint)(TensorMemory.AddressOf(gradients.Rest) + (rest.First - _parameters.ProductCount) * sizeof(float)),
                (nint)(memory + _products * _bytesOfWeight),
                (rest.Last - rest.First) * sizeof(float)
            );

        void Copy(nint own, nint other, long bytes)
        {
            var (from, to) = isPacking ? (own, other) : (other, own);
            Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
        }
    }

    /// <summary>Gathers statistics and figures, which lie at the end of each slice.</summary>
    private void Figures(nint memory, long bytesOfSlice)
    {
        // From the end of the gradients on; both lie one after the other.
        var bytes = (_parameters.Slices[0].Statistics.numel() + 15) / 16 * 64 + _parameters.Slices[0].Figures.numel() * sizeof(float);
        using var gathered = empty(_parameters.Slices.Count * bytes / sizeof(float));
        var address = TensorMemory.AddressOf(gathered);
        for (var slice = _ranks.Rank * _slices; slice < (_ranks.Rank + 1) * _slices; slice++)
            Buffer.MemoryCopy((void*)(nint)(memory + (slice + 1) * bytesOfSlice - bytes), (void*)(nint)(address + slice * bytes), bytes, bytes);
        _ranks.AllGather(address, _slices * bytes);
        for (var slice = 0; slice < _parameters.Slices.Count; slice++)
            Buffer.MemoryCopy((void*)(nint)(address + slice * bytes), (void*)(nint)(memory + (slice + 1) * bytesOfSlice - bytes), bytes, bytes);
    }

    /// <summary>Gathers a part of each process, where it stays.</summary>
    private void Gather(nint numbers, int bytesOfNumber, Func<int, (long First, long Last)> part)
    {
        var (bytes, through) = ((part(0).Last - part(0).First) * bytesOfNumber, TensorMemory.AddressOf(_sent!));
        if (bytes == 0)
            return;
        var (first, last) = part(_ranks.Rank);
        Copy(first, last, _ranks.Rank, isPacking: true);
        _ranks.AllGather(through, bytes);
        for (var rank = 0; rank < _ranks.Count; rank++)
            if (rank != _ranks.Rank)
                Copy(part(rank).First, part(rank).Last, rank, isPacking: false);

        void Copy(long from, long to, int rank, bool isPacking)
        {
            var (own, other, count) = ((nint)(numbers + from * bytesOfNumber), (nint)(through + rank * bytes), (to - from) * bytesOfNumber);
            if (count > 0)
                Buffer.MemoryCopy((void*)(isPacking ? own : other), (void*)(isPacking ? other : own), count, count);
        }
    }
}
