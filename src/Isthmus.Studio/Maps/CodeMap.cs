using System.Buffers.Binary;

namespace Isthmus.Studio.Maps;

/// <summary>Records on a plane, brought to a unit square. Immutable, and safe to use from several threads.</summary>
internal sealed class CodeMap
{
    // As many cells as tell two clouds apart, with a Gaussian of that many cells.
    private const int Cells = 128;
    private const double Blur = 2;

    private readonly float[] _points;
    private readonly double _left,
        _bottom,
        _width,
        _height;

    /// <summary>A map.</summary>
    /// <param name="points">N x 2 coordinates.</param>
    /// <param name="horizontal">Name of the horizontal axis.</param>
    /// <param name="vertical">Name of the vertical axis.</param>
    /// <param name="isSquare">True if both axes have one unit.</param>
    public CodeMap(float[] points, string horizontal, string vertical, bool isSquare)
    {
        (_points, Horizontal, Vertical) = (points, horizontal, vertical);
        var (x, y) = (Range(0), Range(1));
        (_width, _height) = (Math.Max(x.Most - x.Least, 1e-9), Math.Max(y.Most - y.Least, 1e-9));
        if (isSquare)
            _width = _height = Math.Max(_width, _height);
        (_left, _bottom) = ((x.Least + x.Most - _width) / 2, (y.Least + y.Most - _height) / 2);
    }

    /// <summary>Number of records.</summary>
    public int Count => _points.Length / 2;

    /// <summary>Name of the horizontal axis.</summary>
    public string Horizontal { get; }

    /// <summary>Name of the vertical axis.</summary>
    public string Vertical { get; }

    /// <summary>Ends of the axes, in their own units.</summary>
    public (double Left, double Right, double Bottom, double Top) Ends => (_left, _left + _width, _bottom, _bottom + _height);

    /// <summary>A record's own coordinates.</summary>
    public (float X, float Y) this[int record] => (_points[2 * record], _points[2 * record + 1]);

    /// <summary>A place in the unit square.</summary>
    public (double X, double Y) Place(float x, float y) => ((x - _left) / _width, (y - _bottom) / _height);

    /// <summary>Places of all records as pairs of 16-bit numbers, the low byte first.</summary>
    public byte[] Bytes()
    {
        var bytes = new byte[2 * _points.Length];
        for (var i = 0; i < Count; i++)
        {
            var (x, y) = Place(_points[2 * i], _points[2 * i + 1]);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4 * i), (ushort)Math.Clamp(Math.Round(65535 * x), 0, 65535));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4 * i + 2), (ushort)Math.Clamp(Math.Round(65535 * y), 0, 65535));
        }
        return bytes;
    }

    /// <summary>Records inside a line that closes itself, by the even-odd rule.</summary>
    /// <param name="line">Places in the unit square: x, y, x, y, ...</param>
    public int[] Inside(double[] line)
    {
        var inside = new List<int>();
        for (var record = 0; record < Count; record++)
        {
            var ((x, y), isIn) = (Place(_points[2 * record], _points[2 * record + 1]), false);
            for (int i = 0, j = line.Length - 2; i + 1 < line.Length; j = i, i += 2)
                if (line[i + 1] > y != line[j + 1] > y && x < (line[j] - line[i]) * (y - line[i + 1]) / (line[j + 1] - line[i + 1]) + line[i])
                    isIn = !isIn;
            if (isIn)
                inside.Add(record);
        }
        return [.. inside];
    }

    /// <summary>Density of points as a square of bytes, 255 where they lie closest, rows from the top.</summary>
    /// <param name="points">N x 2 coordinates in the axes' own units.</param>
    public (byte[] Values, int Side) Density(float[] points)
    {
        var counts = new double[Cells * Cells];
        for (var i = 0; i < points.Length; i += 2)
            if (Place(points[i], points[i + 1]) is var (x, y) && x is >= 0 and <= 1 && y is >= 0 and <= 1)
                counts[(int)Math.Min((1 - y) * Cells, Cells - 1) * Cells + (int)Math.Min(x * Cells, Cells - 1)]++;
        var smooth = Smoothed(Smoothed(counts, 1), Cells);
        // The square root, so that thin parts are seen too.
        var most = Math.Max(smooth.Max(), 1e-12);
        return (Array.ConvertAll(smooth, value => (byte)Math.Round(255 * Math.Sqrt(value / most))), Cells);
    }

    /// <summary>Density of the records themselves.</summary>
    public (byte[] Values, int Side) Density() => Density(_points);

    /// <summary>Median place of some records in the unit square.</summary>
    public (double X, double Y) Median(IReadOnlyList<int> records)
    {
        double Middle(int axis) => records.Select(record => (double)_points[2 * record + axis]).Order().ElementAt(records.Count / 2);
        return Place((float)Middle(0), (float)Middle(1));
    }

    private static double[] Smoothed(double[] values, int stride)
    {
        var (reach, result) = ((int)(3 * Blur), new double[values.Length]);
        var weights = Enumerable.Range(-reach, 2 * reach + 1).Select(step => Math.Exp(-0.5 * step * step / (Blur * Blur))).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var place = i / stride % Cells;
            for (var step = Math.Max(-reach, -place); step <= Math.Min(reach, Cells - 1 - place); step++)
                result[i] += weights[step + reach] * values[i + step * stride];
        }
        return result;
    }

    // Half a hundredth of the records at either end may lie outside by far without making the rest a dot; they are drawn at the edge.
    private (double Least, double Most) Range(int axis)
    {
        var values = Enumerable.Range(0, Count).Select(i => (double)_points[2 * i + axis]).Where(double.IsFinite).Order().ToArray();
        if (values.Length == 0)
            return (0, 1);
        var (low, high) = (values[(int)(0.005 * (values.Length - 1))], values[(int)(0.995 * (values.Length - 1))]);
        var spread = Math.Max(high - low, 1e-9);
        return (Math.Max(values[0], low - 0.5 * spread), Math.Min(values[^1], high + 0.5 * spread));
    }
}
