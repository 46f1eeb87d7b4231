namespace Isthmus.Training;

/// <summary>Optimisation algorithm.</summary>
public enum Optimizer
{
    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,
}

/// <summary>Course of the step size over training.</summary>
public enum LearningRateSchedule
{
    /// <summary>Constant learning rate.</summary>
    Constant,

    /// <summary>Along a cosine to zero at the epoch limit.</summary>
    Cosine,

    /// <summary>Halved when the validation loss stops improving.</summary>
    Plateau,
}

/// <summary>Arithmetic of matrix products in training.</summary>
public enum MatrixPrecision
{
    /// <summary>bfloat16 where the processor multiplies it in hardware and records are not real numbers; float32 elsewhere.</summary>
    Auto,

    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit floating point with 8 bits of mantissa.</summary>
    Bfloat16,
}

/// <summary>Work that threads share in training.</summary>
public enum Parallelism
{
    /// <summary>Records where the model allows it and there are 16 a thread; operations elsewhere.</summary>
    Auto,

    /// <summary>Each thread a slice of the batch.</summary>
    Records,

    /// <summary>All threads at each operation in turn.</summary>
    Operations,
}
