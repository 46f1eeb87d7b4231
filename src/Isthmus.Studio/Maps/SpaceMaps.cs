using Isthmus.Maps;
using Isthmus.Studio.Models;

namespace Isthmus.Studio.Maps;

/// <summary>Choice of a map: <c>pca</c>, <c>umap</c>, or <c>units</c> with the two units.</summary>
internal readonly record struct MapChoice(string Kind, int X = 0, int Y = 0)
{
    /// <summary>True if any code has its place on the map, not only those that it was made of.</summary>
    public bool PlacesAnyCode => Kind != "umap";
}

/// <summary>Maps of the codes of some records, each made once. Belongs to one page; only one map is made at a time.</summary>
internal sealed class SpaceMaps(RecordsInCode records, int seed)
{
    private readonly Dictionary<MapChoice, (CodeMap Map, double Trust)> _made = [];
    private PrincipalComponents? _components;

    /// <summary>True if a map need not be made first.</summary>
    public bool Has(MapChoice choice) => _made.ContainsKey(choice);

    /// <summary>A map and its trustworthiness for 10 neighbours.</summary>
    /// <param name="choice">The map.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public (CodeMap Map, double Trust) Of(MapChoice choice, IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (_made.TryGetValue(choice, out var known))
            return known;
        _components ??= PrincipalComponents.Of(records.Codes, 2, seed, null, cancellationToken);
        var points = choice.PlacesAnyCode
            ? Project(choice, records.Codes)
            : Umap.Of(records.Codes, new() { Seed = seed }, new Forward(progress), cancellationToken);
        var (across, up) = choice.Kind switch
        {
            "umap" => ($"UMAP, 15 neighbours, seed {seed}", "the same; its axes have no meaning of their own"),
            "units" => ($"unit {choice.X}", $"unit {choice.Y}"),
            _ => (
                $"first principal component, {NumberText.Percent(_components.Shares[0])} of the variance",
                $"second, {NumberText.Percent(_components.Shares[1])}"
            ),
        };
        return _made[choice] = (
            new(points, across, up, isSquare: choice.Kind != "units"),
            Trustworthiness.Of(records.Codes, points, 10, seed, cancellationToken)
        );
    }

    /// <summary>Coordinates of codes on a map that has been made and places any code, N x 2.</summary>
    public float[] Project(MapChoice choice, CodeMatrix codes) =>
        choice.Kind == "units"
            ? [.. Enumerable.Range(0, codes.Count).SelectMany(i => (float[])[codes[i][choice.X], codes[i][choice.Y]])]
            : _components!.Project(codes);

    /// <summary>Place of a code in the unit square of such a map.</summary>
    public double[] Place(MapChoice choice, float[] code)
    {
        var point = Project(choice, new(code, code.Length));
        var (x, y) = _made[choice].Map.Place(point[0], point[1]);
        return [x, y];
    }

    private sealed class Forward(IProgress<double> progress) : IProgress<MapProgress>
    {
        public void Report(MapProgress value) => progress.Report(value.Share);
    }
}
