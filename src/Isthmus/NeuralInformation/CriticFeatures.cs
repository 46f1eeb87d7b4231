using Isthmus.Compute;
using Isthmus.Information.Numerics;
using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>
/// Features of rows for critics: canonical coordinates of the prepared columns, and the distance of a row from the centre, in canonical coordinates and as a
/// logarithm in the columns' own units. Elliptical laws (a common scale, as of returns in one week) and rotations depend on distances, which a small network is
/// slow to find.
/// </summary>
internal sealed class CriticFeatures
{
    private readonly Tensor _x,
        _y,
        _outX,
        _outY;
    private readonly Device _device;

    /// <summary>Creates features of rows, as given and as prepared, for critics on a device.</summary>
    public CriticFeatures(Points x, Points y, Points preparedX, Points preparedY, Device device)
    {
        _device = device;
        (_x, _y) = (Matrix(preparedX), Matrix(preparedY));
        (_outX, _outY) = (LogDistance(x), LogDistance(y));
    }

    /// <summary>Divides the rows into those to train on, to stop by and to report on; canonical coordinates are those of the first.</summary>
    public (PairedRows Train, PairedRows Validation, PairedRows Report) Cut(long[] train, long[] validation, long[] report, bool withBase)
    {
        var index = tensor(train);
        var linear = new GaussianBase(_x.index_select(0, index), _y.index_select(0, index));
        var (u, v) = (linear.U(_x), linear.V(_y));
        var nothing = zeros(u.shape[0], 1);
        var (knownX, knownY) = withBase ? linear.Factors(u, v) : (nothing, nothing);
        var rows = new PairedRows(Told(u, _outX, index), Told(v, _outY, index), knownX, knownY);
        return (rows.Select(train).To(_device), rows.Select(validation).To(_device), rows.Select(report).To(_device));
    }

    private static Tensor Told(Tensor coordinates, Tensor logDistance, Tensor train)
    {
        var features = cat([coordinates, coordinates.Square().sum(1, keepdim: true).sqrt(), logDistance], 1);
        var fitted = features.index_select(0, train);
        return (features - fitted.mean([0])) / fitted.std([0], unbiased: false).ClampMin(1e-6);
    }

    private static Tensor Matrix(Points points) => stack([.. Enumerable.Range(0, points.Dimensions).Select(c => tensor(points[c].ToArray()))], 1);

    /// <summary>
    /// Returns ln(0.01 + mean over columns of ((x - median) / median distance from it)^2): N x 1; the 0.01 keeps rows at the very centre from standing out.
    /// </summary>
    private static Tensor LogDistance(Points points)
    {
        var sum = new double[points.Count];
        for (var c = 0; c < points.Dimensions; c++)
        {
            var column = points[c].ToArray();
            var middle = Median(column);
            double[] distances = [.. column.Select(value => Math.Abs(value - middle))];
            // Where half of a column is one value, the median distance is 0 and the mean one serves.
            var unit = Median(distances) is > 0 and var median ? median : distances.Average();
            for (var r = 0; r < sum.Length; r++)
                sum[r] += distances[r] / unit * (distances[r] / unit) / points.Dimensions;
        }
        return tensor(sum.Select(s => (float)Math.Log(0.01 + s)).ToArray()).unsqueeze(1);
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
