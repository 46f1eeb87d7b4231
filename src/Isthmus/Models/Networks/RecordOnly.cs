using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Returns the first D numbers of each row: the record without the label that follows it.</summary>
internal sealed class RecordOnly(int dimension) : nn.Module<Tensor, Tensor>("record_alone")
{
    public override Tensor forward(Tensor x) => x.narrow(-1, 0, dimension);
}
