namespace Isthmus.Maps;

/// <summary>Settings of a map by UMAP.</summary>
internal sealed record UmapOptions
{
    /// <summary>Neighbours of a record that are to stay near it: few show detail, many the whole. Default 15, from 2 to 200.</summary>
    public int Neighbours { get; init; } = 15;

    /// <summary>Random seed of the pairs that are pushed apart. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Passes over all neighbours. Default: 500 for up to 10,000 records, 200 for more.</summary>
    public int? Epochs { get; init; }
}

/// <summary>Progress of a map.</summary>
/// <param name="Stage">Work that is under way: "neighbours", "layout".</param>
/// <param name="Share">Fraction of the whole that is done, 0 to 1.</param>
internal sealed record MapProgress(string Stage, double Share);

/// <summary>
/// Map of codes on a plane by UMAP (McInnes, Healy and Melville 2018): neighbours are pulled together by their weights, pairs at random pushed apart.
/// Similarity on the plane is 1 / (1 + d^2), t-SNE's kernel, in place of 1 / (1 + a d^2b), which looks much the same and costs no powers (Boehm, Berens and
/// Kobak 2022). It starts from the first two principal components (Kobak and Linderman 2021), so that the large order is that of the codes.
/// The same codes and seed give the same map to the bit, whatever the number of threads.
/// </summary>
internal static class Umap
{
    // Of codes that are wider the first principal components stand for all.
    private const int MostWidth = 50;
    private const int PushedPerPull = 5;
    private const float Start = 10,
        MostStep = 4;

    // Shares of the time: neighbours of N records cost N^2, the layout N.
    private const double NeighboursShare = 0.6;

    /// <summary>Makes the map.</summary>
    /// <param name="codes">The codes, N x L, N at least 3.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Receiver of the progress.</param>
    /// <param name="cancellationToken">Stops within a second or so.</param>
    /// <returns>N x 2 coordinates.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static float[] Of(
        CodeMatrix codes,
        UmapOptions? options = null,
        IProgress<MapProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        if (codes.Count < 3)
            throw new InvalidInputException($"{codes.Count} codes", "are too few for a map of neighbours", "give at least 3");
        var narrow = codes;
        if (codes.Width > MostWidth)
            narrow = new(PrincipalComponents.Of(codes, MostWidth, options.Seed, null, cancellationToken).Project(codes), MostWidth);
        var nearest = NearestCodes.Of(narrow, options.Neighbours, Part(progress, "neighbours", 0, NeighboursShare), cancellationToken);
        var graph = NeighbourGraph.Of(nearest);
        var points = Beginning(narrow, options.Seed, cancellationToken);
        LayOut(points, graph, options, Part(progress, "layout", NeighboursShare, 1), cancellationToken);
        return points;
    }

    /// <summary>The first two principal components, the larger 20 wide, with a trace of noise that parts copies.</summary>
    private static float[] Beginning(CodeMatrix codes, int seed, CancellationToken cancellationToken)
    {
        var components = PrincipalComponents.Of(codes, 2, seed, null, cancellationToken).Project(codes);
        var points = new float[2 * codes.Count];
        var (axes, largest, random) = (components.Length / codes.Count, components.Max(Math.Abs), new Random(seed));
        for (var i = 0; i < codes.Count; i++)
            for (var axis = 0; axis < 2; axis++)
                points[2 * i + axis] = (axis < axes && largest > 0 ? Start * components[axes * i + axis] / largest : 0) + 1e-3f * (2 * random.NextSingle() - 1);
        return points;
    }

    private static void LayOut(float[] points, NeighbourGraph graph, UmapOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var (count, edges) = (points.Length / 2, graph.Weights.Length);
        var epochs = options.Epochs ?? (count <= 10_000 ? 500 : 200);
        // An edge of weight w is due every (largest weight / w) epochs.
        var largest = graph.Weights.Max();
        var (every, due) = (new float[edges], new float[edges]);
        for (var edge = 0; edge < edges; edge++)
            every[edge] = due[edge] = largest / graph.Weights[edge];
        var random = new Draws((ulong)RandomStream.Seed(options.Seed, RandomStream.Map, 0));
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = 1 - (epoch - 1f) / epochs;
            for (var edge = 0; edge < edges; edge++)
            {
                if (due[edge] > epoch)
                    continue;
                due[edge] += every[edge];
                var (i, j) = (2 * graph.From[edge], 2 * graph.To[edge]);
                // Each end in turn, as every pair is there once.
                Pull(points, i, j, 2 * step);
                for (var pushed = 0; pushed < PushedPerPull; pushed++)
                {
                    Push(points, i, 2 * random.Below(count), step);
                    Push(points, j, 2 * random.Below(count), step);
                }
            }
            progress?.Report(epoch / (double)epochs);
        }
    }

    // The gradient of ln 1 / (1 + d^2).
    private static void Pull(float[] points, int i, int j, float step)
    {
        var (x, y) = (points[i] - points[j], points[i + 1] - points[j + 1]);
        var strength = -2 / (1 + x * x + y * y);
        var (moveX, moveY) = (step * Bounded(strength * x), step * Bounded(strength * y));
        points[i] += moveX;
        points[i + 1] += moveY;
        points[j] -= moveX;
        points[j + 1] -= moveY;
    }

    // The gradient of ln (1 - 1 / (1 + d^2)).
    private static void Push(float[] points, int i, int other, float step)
    {
        if (i == other)
            return;
        var (x, y) = (points[i] - points[other], points[i + 1] - points[other + 1]);
        var squared = x * x + y * y;
        var strength = 2 / ((0.001f + squared) * (1 + squared));
        points[i] += step * Bounded(strength * x);
        points[i + 1] += step * Bounded(strength * y);
    }

    private static float Bounded(float move) => Math.Clamp(move, -MostStep, MostStep);

    private static IProgress<double>? Part(IProgress<MapProgress>? progress, string stage, double from, double to) =>
        progress is null ? null : new StageProgress(progress, stage, from, to);

    private sealed class StageProgress(IProgress<MapProgress> progress, string stage, double from, double to) : IProgress<double>
    {
        public void Report(double value) => progress.Report(new(stage, from + value * (to - from)));
    }

    /// <summary>Draws of whole numbers by xorshift64* (Vigna 2016), some billions of which a map takes.</summary>
    private struct Draws(ulong seed)
    {
        private ulong _state = seed | 1;

        public int Below(int count)
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return (int)((_state * 0x2545F4914F6CDD1D >> 32) * (ulong)count >> 32);
        }
    }
}
