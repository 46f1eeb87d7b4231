using Isthmus.MachineLearning;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.Tests.MachineLearning;

/// <summary>A customer as ML.NET has it: a column of every kind that is taken.</summary>
public sealed record Customer
{
    public float Age { get; init; }

    public double Spent { get; init; }

    public string Plan { get; init; } = "";

    public bool IsActive { get; init; }

    public int Visits { get; init; }

    public DateTime Since { get; init; }

    [VectorType(2)]
    public float[] Ratings { get; init; } = [0, 0];

    public bool Label { get; init; }
}

/// <summary>A customer with what pipelines add.</summary>
public sealed class ScoredCustomer
{
    public float[] Codes { get; set; } = [];

    public float Score { get; set; }

    public bool PredictedLabel { get; set; }

    public float PValue { get; set; }

    public float[] ColumnBits { get; set; } = [];
}

/// <summary>A customer after missing values are filled.</summary>
public sealed class FilledCustomer
{
    public float Age { get; set; }

    public double Spent { get; set; }

    public string Plan { get; set; } = "";

    public int Visits { get; set; }
}

/// <summary>Customers of two plans, and a model of them.</summary>
public sealed class Customers : IDisposable
{
    public Customers()
    {
        View = Context.Data.LoadFromEnumerable(All);
        Trained = Context.Isthmus().TableVae(Options(IsthmusOutput.Codes)).Fit(View);
    }

    public MLContext Context { get; } = new(1);

    public IReadOnlyList<Customer> All { get; } = Made(400);

    public IDataView View { get; }

    /// <summary>A pipeline of codes.</summary>
    public IsthmusTransformer Trained { get; }

    public static IsthmusTrainerOptions Options(IsthmusOutput output) =>
        new()
        {
            Output = output,
            Rows = new() { Label = nameof(Customer.Label) },
            Training = new() { Epochs = 4, Threads = 1 },
        };

    public static IReadOnlyList<Customer> Made(int count)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var isPremium = random.Next(3) == 0;
                    return new Customer
                    {
                        Age = random.Next(20) == 0 ? float.NaN : 18 + random.Next(520) / 10f,
                        Spent = random.Next(20) == 0 ? double.NaN : Math.Round((isPremium ? 500 : 10) + 90 * random.NextDouble(), 2),
                        Plan =
                            random.Next(20) == 0 ? ""
                            : isPremium ? "Premium"
                            : "Basic",
                        IsActive = random.Next(4) > 0,
                        Visits = random.Next(isPremium ? 40 : 10),
                        Since = random.Next(20) == 0 ? default : new DateTime(2023, 1, 1).AddHours(random.Next(17_000)),
                        Ratings = [random.NextSingle(), isPremium ? 1 : random.NextSingle()],
                        Label = isPremium,
                    };
                }),
        ];
    }

    public void Dispose() => Trained.Dispose();
}
