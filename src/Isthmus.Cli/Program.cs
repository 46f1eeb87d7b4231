Isthmus.Tensors.TensorLibrary.EnsureLoaded();
using var x = TorchSharp.torch.randn(3);
Console.WriteLine(x.sum().item<float>());
