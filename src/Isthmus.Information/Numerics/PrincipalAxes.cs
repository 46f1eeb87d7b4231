namespace Isthmus.Information.Numerics;

/// <summary>
/// Eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan 2013, section 8.5): rotate each pair of
/// axes until nothing is left off the diagonal. Cost d^3 a sweep, some 6 to 10 sweeps; for small d.
/// </summary>
internal static class PrincipalAxes
{
    private const int Sweeps = 50;

    /// <summary>Returns orthonormal axes as columns: axes[row, a] is the coordinate of axis a. The matrix is overwritten.</summary>
    public static double[,] Of(double[,] matrix)
    {
        var d = matrix.GetLength(0);
        var axes = new double[d, d];
        var scale = 0.0;
        for (var a = 0; a < d; a++)
        {
            axes[a, a] = 1;
            scale += matrix[a, a];
        }
        for (var sweep = 0; sweep < Sweeps && OffDiagonal(matrix) > 1e-15 * scale; sweep++)
            for (var p = 0; p < d; p++)
                for (var q = p + 1; q < d; q++)
                    if (matrix[p, q] != 0)
                        Rotate(matrix, axes, p, q);
        return axes;
    }

    private static double OffDiagonal(double[,] matrix)
    {
        var largest = 0.0;
        for (var p = 0; p < matrix.GetLength(0); p++)
            for (var q = p + 1; q < matrix.GetLength(0); q++)
                largest = Math.Max(largest, Math.Abs(matrix[p, q]));
        return largest;
    }

    private static void Rotate(double[,] matrix, double[,] axes, int p, int q)
    {
        var theta = (matrix[q, q] - matrix[p, p]) / (2 * matrix[p, q]);
        // The smaller rotation; where theta^2 would overflow, t = 1 / 2 theta is 0 all the same.
        var t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var (cosine, sine) = (1 / Math.Sqrt(t * t + 1), t / Math.Sqrt(t * t + 1));
        for (var r = 0; r < matrix.GetLength(0); r++)
        {
            (matrix[r, p], matrix[r, q]) = (cosine * matrix[r, p] - sine * matrix[r, q], sine * matrix[r, p] + cosine * matrix[r, q]);
            (axes[r, p], axes[r, q]) = (cosine * axes[r, p] - sine * axes[r, q], sine * axes[r, p] + cosine * axes[r, q]);
        }
        for (var r = 0; r < matrix.GetLength(0); r++)
            (matrix[p, r], matrix[q, r]) = (cosine * matrix[p, r] - sine * matrix[q, r], sine * matrix[p, r] + cosine * matrix[q, r]);
        matrix[p, q] = matrix[q, p] = 0;
    }
}
