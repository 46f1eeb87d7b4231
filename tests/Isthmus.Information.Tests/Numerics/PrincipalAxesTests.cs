using CsCheck;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class PrincipalAxesTests
{
    [Fact]
    public void Axes_are_orthonormal_and_make_the_matrix_diagonal() =>
        Gen.Int[1, 8]
            .SelectMany(d => Gen.Double[-1, 1].Array2D[d, d])
            .Sample(a =>
            {
                var d = a.GetLength(0);
                var matrix = new double[d, d];
                for (var p = 0; p < d; p++)
                    for (var q = 0; q < d; q++)
                        for (var r = 0; r < d; r++)
                            matrix[p, q] += a[r, p] * a[r, q];
                var axes = PrincipalAxes.Of((double[,])matrix.Clone());
                for (var p = 0; p < d; p++)
                    for (var q = 0; q < d; q++)
                    {
                        var (product, form) = (0.0, 0.0);
                        for (var r = 0; r < d; r++)
                        {
                            product += axes[r, p] * axes[r, q];
                            for (var s = 0; s < d; s++)
                                form += axes[r, p] * matrix[r, s] * axes[s, q];
                        }
                        // Entries are at most 8; some hundred rotations round at 1e-16 each.
                        Assert.Equal(p == q ? 1 : 0, product, 1e-12);
                        if (p != q)
                            Assert.Equal(0, form, 1e-12);
                    }
            });
}
