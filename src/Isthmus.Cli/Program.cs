Isthmus.Tensors.TensorLibrary.EnsureLoaded();
