using System.Text.Json;
using Isthmus.Tests;

namespace Isthmus.Information.Tests;

/// <summary>Values of SciPy, scikit-learn and mpmath, made by bench/oracle/discrete.py.</summary>
internal static class DiscreteOracle
{
    private static readonly Lazy<JsonElement> File = new(() =>
        JsonDocument.Parse(System.IO.File.ReadAllBytes(GoldenFile.PathOf("oracle/discrete.json"))).RootElement
    );

    public static JsonElement.ArrayEnumerator Cases(string name) => File.Value.GetProperty(name).EnumerateArray();

    public static JsonElement Section(string name) => File.Value.GetProperty(name);

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static double[] Numbers(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetDouble())];

    public static int[] Integers(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>To 1e-12 of the value, or absolutely below 1: some hundred roundings of 1.1e-16 each.</summary>
    public static void Agrees(double expected, double actual, double tolerance = 1e-12) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"expected {expected:R}, found {actual:R}");
}
