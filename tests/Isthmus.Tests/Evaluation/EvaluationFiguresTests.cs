using System.Reflection;
using System.Text.Json;
using Isthmus.Evaluation;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Tests.Evaluation;

/// <summary>Figures have members: every key is reached by one, with the same value, and no member waits for a key that no model gives.</summary>
public class EvaluationFiguresTests
{
    // Numbers of an answer that are not figures.
    private static readonly string[] Others = ["seed", "records", "importance_samples"];

    /// <summary>Answers of <c>evaluate --json</c> for a model of every preset (tests/golden/models).</summary>
    private static Dictionary<string, Dictionary<string, double>> Recorded { get; } =
        JsonDocument
            .Parse(File.ReadAllText(Path.Combine(GoldenFile.PathOf("models"), "figures.json")))
            .RootElement.EnumerateObject()
            .Where(model => model.Value.GetProperty("command").GetString()!.StartsWith("evaluate ", StringComparison.Ordinal))
            .ToDictionary(
                model => model.Name,
                model =>
                    model
                        .Value.GetProperty("answer")
                        .EnumerateObject()
                        .Where(property => property.Value.ValueKind is JsonValueKind.Number && !Others.Contains(property.Name))
                        .ToDictionary(property => property.Name, property => property.Value.GetDouble())
            );

    public static TheoryData<string> Models => [.. Recorded.Keys];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_figure_of_every_preset_is_a_member(string model)
    {
        var figures = EvaluationFigures.Of(Recorded[model]);
        Assert.Equal(Recorded[model].OrderBy(pair => pair.Key), figures.Values.OrderBy(pair => pair.Key));
        Reaches(figures);
    }

    [Fact]
    public void Every_member_is_a_figure_of_some_model()
    {
        var data = Tiny.Shapes(400);
        using var model = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=16 latent=4 epochs=1 batch-size=32"), Threads = 1 }).Model;
        var options = new EvaluationOptions
        {
            ImportanceSamples = 2,
            AnnealedDistributions = 4,
            AnnealedRecords = 5,
            Samples = 20,
        };
        var evaluation = Evaluator.Evaluate(model, data.Test, data.Train, options, cancellationToken: TestContext.Current.CancellationToken);
        var reached = Recorded.Values.Select(EvaluationFigures.Of).Append(evaluation).SelectMany(Reaches).ToHashSet();
        Assert.Empty(Views.SelectMany(view => view.GetProperties().Where(IsFigure).Select(Name)).Except(reached));
    }

    [Fact]
    public void A_figure_prints_with_its_error_and_unit_and_an_information_in_bits()
    {
        var elbo = EvaluationFigures.Of(
            new Dictionary<string, double>
            {
                ["distortion_nats"] = 90,
                ["elbo_nats"] = -100,
                ["elbo_nats_standard_error"] = 0.5,
            }
        );
        Assert.Equal("−100.0 ± 0.5 nats", elbo.Elbo!.Nats.ToString());
        Assert.Equal("−144.3 ± 0.7 bits", elbo.Elbo.ToString());
        Assert.Null(elbo.Rate);
        Assert.Null(elbo.Ranking);
    }

    private static Type[] Views { get; } =
    [
        .. typeof(EvaluationFigures)
            .Assembly.GetTypes()
            .Where(type =>
                type is { IsPublic: true }
                && type.Namespace!.StartsWith("Isthmus.Evaluation")
                && type.GetProperties().Any(IsFigure)
                && type != typeof(InformationFigure)
            ),
    ];

    private static bool IsFigure(PropertyInfo member) =>
        member.GetIndexParameters().Length == 0 && (member.PropertyType == typeof(Figure) || member.PropertyType == typeof(InformationFigure));

    private static string Name(PropertyInfo member) => $"{member.DeclaringType!.Name}.{member.Name}";

    /// <summary>The members that are there; every value and error of the dictionary is that of one of them.</summary>
    private static HashSet<string> Reaches(EvaluationFigures figures)
    {
        var (members, reached) = (new HashSet<string>(), new List<Figure>());
        void Walk(object view, string baseline)
        {
            foreach (var member in view.GetType().GetProperties().Where(member => member.GetIndexParameters().Length == 0))
            {
                Figure[] found = member.GetValue(view) switch
                {
                    Figure figure => [figure],
                    InformationFigure information => [information.Nats, information.Bits],
                    _ => [],
                };
                reached.AddRange(found.Select(figure => figure with { Key = baseline + figure.Key }));
                if (found.Length > 0)
                    members.Add(Name(member));
                else if (Views.Contains(member.PropertyType) && member.GetValue(view) is { } inner)
                    Walk(inner, baseline);
            }
        }
        Walk(figures, "");
        foreach (var probe in figures.Probes.Values)
            Walk(probe, "");
        foreach (var ranking in figures.Rankings.Skip(1))
            Walk(ranking, $"{ranking.Name.Replace('-', '_')}_");
        foreach (var level in figures.Denoising?.Levels ?? [])
            Walk(level, "");
        foreach (var (key, value) in figures.Values)
            Assert.True(
                reached.Any(figure => figure.Key == key && figure.Value == value || $"{figure.Key}_standard_error" == key && figure.StandardError == value),
                $"no member is {key}, {value}"
            );
        return members;
    }
}
