using Isthmus.Compute;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Conditions;

/// <summary>Encoder of records and labels, made of an encoder of records alone: its features and the labels go through one more layer to the head.</summary>
internal sealed class ConditionedEncoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Number of features of the record, and of units of the layer that joins them to the labels.</summary>
    public const int Features = 200;

    private readonly Condition _condition;

    [ComponentName(Name = "record")]
    private readonly nn.Module<Tensor, Tensor> _record;

    [ComponentName(Name = "joined")]
    private readonly Linear _joined;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    public ConditionedEncoder(nn.Module<Tensor, Tensor> record, Condition condition, int headWidth)
        : base("conditioned")
    {
        (_condition, _record) = (condition, record);
        (_joined, _output) = (SeededLayers.Linear(Features + condition.Width, Features), SeededLayers.Linear(Features, headWidth));
        RegisterComponents();
    }

    /// <summary>Labels that are given.</summary>
    public Condition Condition => _condition;

    /// <summary>Encoder of the record alone.</summary>
    public nn.Module<Tensor, Tensor> Record => _record;

    /// <summary>Layer that joins features and labels.</summary>
    public Linear Joined => _joined;

    /// <summary>Map from that layer to the head.</summary>
    public Linear Output => _output;

    public override Tensor forward(Tensor x)
    {
        var features = nn.functional.silu(_record.call(_condition.Record(x)));
        return _output.call(nn.functional.silu(_joined.call(_condition.Joined(features, _condition.Given(x)))));
    }
}
