using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Tests.Compute;

/// <summary>Arithmetic with held numbers gives what TorchSharp's operators give, bit for bit and type for type.</summary>
public class ScalarOperationsTests
{
    static ScalarOperationsTests() => TensorLibrary.EnsureLoaded();

    public static TheoryData<string> Names() => [.. Pairs.Keys];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Held, Func<Tensor, Tensor> Plain)> Pairs = new()
    {
        ["x + x"] = (x => x.Plus(x), x => x + x),
        ["x + 3"] = (x => x.Plus(3), x => x + 3),
        ["x + 0.3"] = (x => x.Plus(0.3), x => x + 0.3),
        ["x - 3"] = (x => x.Minus(3), x => x - 3),
        ["0.3 - x"] = (x => x.From(0.3), x => 0.3 - x),
        ["x * 3"] = (x => x.Times(3), x => x * 3),
        ["0.3 * x"] = (x => x.Times(0.3), x => 0.3 * x),
        ["x / 3"] = (x => x.Over(3), x => x / 3),
        ["3 / x"] = (x => x.Into(3), x => 3 / x),
        ["x^3"] = (x => x.Power(3), x => x.pow(3)),
        ["x^2"] = (x => x.Square(), x => x.square()),
        ["x mod 3"] = (x => x.Remainder(3), x => x.remainder(3)),
        ["clamp"] = (x => x.Clamp(-1, 1), x => x.clamp(-1, 1)),
        ["clamp from below"] = (x => x.ClampMin(1), x => x.clamp_min(1)),
        ["clamp from above"] = (x => x.ClampMax(1), x => x.clamp_max(1)),
        ["x > 1"] = (x => x.Above(1), x => x.gt(1)),
        ["x >= 1"] = (x => x.AtLeast(1), x => x.ge(1)),
        ["x < 1"] = (x => x.Below(1), x => x.lt(1)),
        ["x <= 1"] = (x => x.AtMost(1), x => x.le(1)),
        ["masked fill"] = (x => x.MaskedFill(x.gt(0), 7), x => x.masked_fill(x.gt(0), 7)),
        ["full like"] = (x => x.FullLike(7), x => full_like(x, 7)),
        ["full"] = (x => ScalarOperations.Full(3, 7), x => full(3, 7)),
        ["full of real"] = (x => ScalarOperations.Full([3], 7.0), x => full(3, 7.0)),
        ["range"] = (x => ScalarOperations.Range(5), x => arange(5)),
        ["range from"] = (x => ScalarOperations.Range(2, 5), x => arange(2, 5)),
        ["add in place"] = (x => x.clone().AddInPlace(x).AddInPlace(2), x => x.clone().add_(x).add_(2)),
        ["add a multiple in place"] = (x => x.clone().AddInPlace(x, 2), x => x.clone().add_(x, 2)),
        ["multiply in place"] = (x => x.clone().MultiplyInPlace(2), x => x.clone().mul_(2)),
        ["fill in place"] = (x => x.clone().FillInPlace(2), x => x.clone().fill_(2)),
        ["clamp in place"] = (x => x.clone().ClampMaxInPlace(1), x => x.clone().clamp_max_(1)),
        ["index add"] = (x => x.IndexAdd(0, ScalarOperations.Range(2), x.narrow(0, 0, 2), 3), x => x.index_add(0, arange(2), x.narrow(0, 0, 2), 3)),
    };

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Held, Func<Tensor, Tensor> Plain)> OfReals = new()
    {
        ["softplus"] = (x => x.Times(8).Softplus(), x => nn.functional.softplus(x * 8)),
        ["elu"] = (x => x.Elu(), x => nn.functional.elu(x, 1.0)),
        ["leaky relu"] = (x => x.LeakyRelu(0.2), x => nn.functional.leaky_relu(x, 0.2)),
        ["divide in place"] = (x => x.clone().DivideInPlace(3), x => x.clone().div_(3)),
        ["add a product in place"] = (x => x.clone().AddProductInPlace(x, x, 0.3), x => x.clone().addcmul_(x, x, 0.3)),
        ["add a quotient in place"] = (x => x.clone().AddQuotientInPlace(x, x.abs(), 0.3), x => x.clone().addcdiv_(x, x.abs(), 0.3)),
    };

    public static TheoryData<string> NamesOfReals() => [.. OfReals.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Held_numbers_give_what_operators_give(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var x in (Tensor[])[tensor(new[] { -3.7f, -0.4f, 0.9f, 4.1f }), tensor(new[] { -5.5, 0.25, 1e-3, 40 }), tensor(new[] { -3L, 1, 2, 7 })])
            Same(Pairs[name].Held(x), Pairs[name].Plain(x));
    }

    [Theory]
    [MemberData(nameof(NamesOfReals))]
    public void Held_numbers_give_what_functions_of_reals_give(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var x in (Tensor[])[tensor(new[] { -3.7f, -0.4f, 0.9f, 4.1f }), tensor(new[] { -5.5, 0.25, 1e-3, 40 })])
            Same(OfReals[name].Held(x), OfReals[name].Plain(x));
    }

    private static void Same(Tensor held, Tensor plain)
    {
        Assert.Equal(plain.dtype, held.dtype);
        Assert.Equal(plain.shape, held.shape);
        Assert.Equal(plain.bytes.ToArray(), held.bytes.ToArray());
    }
}
