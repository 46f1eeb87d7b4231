using System.Globalization;
using Isthmus.Data.Formats;
using Isthmus.Models;
using Isthmus.Tables;
using Isthmus.Training;

namespace Isthmus.Tests.Tables;

/// <summary>Odd rows planted in a table of customers: the default score finds them at 1 % false alarms, and says why in the customers' own values.</summary>
public sealed class PlantedRowsTests(PlantedRowsTests.Customers customers) : IClassFixture<PlantedRowsTests.Customers>
{
    private const int Usual = 400;

    internal static readonly string[] Planted =
    [
        "X1,45,36000,Berlin,basic,30,-20,2023-06-10,3",
        "X2,45,36000,Berlin,basic,1,34.50,2027-04-20,3",
        "X3,45,36000,Berlin,basic,2,35.20,2021-04-11,3",
        "X4,22,14000,Munich,student,20,17.60,2024-04-05,4",
        "X5,40,39000,Hamburg,basic,20,140.30,2024-04-05,4",
        "X6,50,37000,Hamburg,,24,35.00,2023-12-07,4",
        "X7,99,52000,Hamburg,basic,24,41.00,2023-12-07,2",
        "X8,50,37000,Potsdam,basic,24,35.00,2023-12-07,4",
    ];

    [Fact]
    public void Seven_of_eight_are_over_the_threshold_and_few_usual_rows_are()
    {
        var scored = customers.Score([.. Planted, .. customers.Rows.Skip(Customers.Trained).Take(Usual)]);
        bool[] over = [.. customers.Anomalies().Select(cell => cell == "yes")];
        Assert.InRange(over.Take(Planted.Length).Count(found => found), 7, 8);
        // 1 % of 400 is 4; four standard deviations of the count and of the threshold's own share (1,350 usual rows) are 9.
        Assert.InRange(over.Skip(Planted.Length).Count(found => found), 0, 13);
        Assert.Equal(over.Count(found => found), scored.Over);
        Assert.Equal(
            $"{scored.Over} of 408 rows look unusual; about {Math.Round(scored.Expected, 1).ToString(CultureInfo.InvariantCulture)} would by chance.",
            scored.Summary
        );
        Assert.InRange(scored.Expected, 4, 4.5);
    }

    [Theory]
    [InlineData("X1", "monthly_spend", "−20", "below every training row; usual ")]
    [InlineData("X2", "signup", "2027-04-20", "above every training row; usual 2020-")]
    [InlineData("X6", "plan", "missing", "missing in no training row")]
    [InlineData("X7", "age", "99", "above every training row; usual 18 to ")]
    [InlineData("X8", "city", "Potsdam", "in no training row; usual Berlin, ")]
    public void A_cell_unlike_any_is_named_first_with_the_customers_own_value(string id, string column, string value, string usual)
    {
        customers.Score(Planted);
        var row = customers.Last!.MostSurprising.Single(row => row.Identifiers.Contains(("customer_id", id)));
        Assert.Equal((column, value), (row.Why.Reasons[0].Column, row.Why.Reasons[0].Value));
        Assert.StartsWith(usual, row.Why.Reasons[0].Usual);
    }

    [Fact]
    public void A_cell_that_is_odd_beside_another_says_what_is_usual_there()
    {
        customers.Score(Planted);
        var why = customers.Last!.MostSurprising.Single(row => row.Identifiers.Contains(("customer_id", "X5"))).Why;
        var spend = why.Reasons.Single(reason => reason.Column == "monthly_spend");
        Assert.Matches("^monthly_spend 140.3 \\(usual [0-9.]+ to [0-9.]+ where plan is basic\\)$", spend.ToString());
        // No basic customer pays that: the range is that of basic customers, not of all.
        Assert.True(double.Parse(spend.Usual.Split(' ')[3], CultureInfo.InvariantCulture) < 100, spend.Usual);
    }

    [Fact]
    public void Reasons_add_up_and_only_rows_over_the_threshold_are_listed()
    {
        var scored = customers.Score([.. Planted, .. customers.Rows.Skip(Customers.Trained).Take(Usual)]);
        Assert.All(scored.MostSurprising, row =>
        {
            Assert.True(row.Bits > scored.Threshold);
            Assert.Equal(row.Bits, row.Why.Reasons.Sum(reason => reason.Bits) + row.Why.OtherColumns + row.Why.NoColumn, 1e-3f);
        });
        var table = customers.Lines();
        Assert.Equal("row,customer_id,bits,p_value,anomaly,reasons", table[0]);
        Assert.StartsWith("1,X1,", table[1]);
        Assert.Contains("monthly_spend −20 (below every training row; usual ", table[1]);
        Assert.All(table.Skip(1).Where(line => line.Contains(",no,")), line => Assert.EndsWith(",no,", line));
    }

    [Fact]
    public void A_table_without_an_odd_row_lists_none()
    {
        var scored = customers.Score([customers.Rows[0], customers.Rows[1], customers.Rows[2]]);
        Assert.Equal(0, scored.Over);
        Assert.Empty(scored.MostSurprising);
        Assert.Empty(scored.Moved);
    }

    [Fact]
    public void A_table_that_has_moved_is_said_to_have()
    {
        // Prices have doubled for everybody.
        string[] moved =
        [
            .. customers
                .Rows.Skip(Customers.Trained)
                .Take(Usual)
                .Select(row => row.Split(','))
                .Select(cells =>
                    string.Join(
                        ',',
                        [.. cells[..6], (3 * double.Parse(cells[6], CultureInfo.InvariantCulture)).ToString("F2", CultureInfo.InvariantCulture), .. cells[7..]]
                    )
                ),
        ];
        var scored = customers.Score(moved);
        Assert.Equal("monthly_spend", scored.Moved[0]);
        Assert.Contains("the table as a whole differs from the training rows, most in monthly_spend", scored.Drift);
    }

    [Fact]
    public void The_constructor_and_the_options_have_one_default()
    {
        Assert.Equal(RowScoreKind.Combined, RowScore.Default);
        Assert.Equal(RowScore.Default, new ScoreOptions().Kind);
        Assert.Equal(RowScore.Default, typeof(RowScore).GetConstructors()[0].GetParameters().Single(parameter => parameter.Name == "kind").DefaultValue);
        Assert.Equal(RowScore.Default, typeof(RowScorer).GetConstructors()[0].GetParameters().Single(parameter => parameter.Name == "kind").DefaultValue);
    }

    public sealed class Customers : IDisposable
    {
        public const int Trained = 1500;
        private readonly TemporaryFolder _folder = new();
        private readonly TrainedModel _model;

        public Customers()
        {
            var random = new Random(3);
            Rows = [.. Enumerable.Range(0, Trained + Usual).Select(row => Row(row, random))];
            File.WriteAllLines(_folder.File("train.csv"), Rows.Take(Trained).Prepend(Header));
            _model = TrainingRun
                .Train(
                    "table-vae",
                    DataSource.Load(_folder.File("train.csv"), new() { Table = new() }),
                    new()
                    {
                        Settings = new Dictionary<string, string>
                        {
                            ["epochs"] = "1",
                            ["hidden"] = "8",
                            ["latent"] = "2",
                        },
                    }
                )
                .Model;
        }

        public string[] Rows { get; }

        public TrainedModel Model => _model;

        public ScoredTable? Last { get; private set; }

        public static string Header => "customer_id,age,income,city,plan,tenure,monthly_spend,signup,satisfaction";

        public ScoredTable Score(string[] rows)
        {
            File.WriteAllLines(_folder.File("new.csv"), rows.Prepend(Header));
            return Last = ScoredTable.Of(
                [_model],
                _folder.File("new.csv"),
                new() { Output = _folder.File("scores.csv"), Shown = 20 },
                TestContext.Current.CancellationToken
            );
        }

        public string[] Lines() => File.ReadAllLines(_folder.File("scores.csv"));

        public IEnumerable<string> Anomalies() => Lines().Skip(1).Select(line => line.Split(',')[4]);

        public void Dispose()
        {
            _model.Dispose();
            _folder.Dispose();
        }

        private static string Row(int row, Random random)
        {
            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            string Pick(params (string Value, double Share)[] of)
            {
                var at = random.NextDouble() * of.Sum(one => one.Share);
                return of.First(one => (at -= one.Share) < 0).Value;
            }
            var age = Math.Clamp((int)(44 + 14 * Normal()), 18, 85);
            var city = Pick(("Berlin", 4.0), ("Hamburg", 3), ("Munich", 2), ("Cologne", 1));
            var plan = age < 28 && city is "Berlin" or "Hamburg" && random.NextDouble() < 0.6 ? "student" : Pick(("basic", 5.0), ("plus", 3), ("premium", 1.5));
            var income =
                Math.Round(
                    Math.Exp(
                        10.3
                            + 0.01 * (age - 18)
                            + plan switch
                            {
                                "premium" => 0.6,
                                "student" => -0.8,
                                _ => 0,
                            }
                            + 0.25 * Normal()
                    ) / 100
                ) * 100;
            var tenure = random.Next(0, 73);
            var spend =
                plan switch
                {
                    "student" => 12,
                    "basic" => 20,
                    "plus" => 45,
                    _ => 110,
                } * Math.Exp(0.15 * Normal())
                + income / 2500;
            var signup = new DateOnly(2021, 1, 1).AddDays(1800 - 30 * tenure - random.Next(30));
            return FormattableString.Invariant(
                $"C{row + 10000},{age},{income},{city},{plan},{tenure},{spend:F2},{signup:yyyy-MM-dd},{(random.NextDouble() < 0.05 ? "" : random.Next(1, 6))}"
            );
        }
    }
}
