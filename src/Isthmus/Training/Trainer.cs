using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using Isthmus.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// The one training loop: initialise, then forward, loss, backward, update until the epoch limit or until the validation
/// figure has not improved for <c>patience</c> epochs; the best weights are kept. The same seed, machine and thread count
/// give the same weights, and so does stopping and resuming at any step.
/// </summary>
/// <remarks>Not safe for use by several threads at once; trainings of several trainers may run side by side.</remarks>
public sealed class Trainer : IDisposable
{
    // Of each norm in the moving mean of norms.
    private const double NormShare = 0.01;

    private readonly ModelSpecification? _specification;
    private readonly ModelOrigin? _origin;
    private readonly Settings _settings;
    private readonly Dataset _train,
        _validation;
    private readonly HeldOutSplit? _heldOut;
    private readonly AlternatingSchedule _turns;
    private readonly int _seed;
    private readonly TrainingPlan _plan;
    private readonly double _clip,
        _clipSpikes,
        _learningRate,
        _adversaryLearningRate;
    private readonly string _schedule;
    private readonly bool _inBfloat16;
    private readonly Device _device;
    private readonly TimeProvider _clock;
    private readonly Communicator _ranks;
    private readonly MinibatchGradient _gradient;
    private readonly FusedOptimiser _optimiser;
    private readonly BestWeights _weights;
    private readonly EpochOrder _order;

    /// <summary>A run from its first step, or from <paramref name="checkpoint"/>, of a model that is built from its specification.</summary>
    /// <param name="specification">Model to build and train.</param>
    /// <param name="train">Records fitted on, on the model's scale.</param>
    /// <param name="validation">Records that choose the best epoch, on the model's scale.</param>
    /// <param name="seed">Random seed for weights, shuffling and noise.</param>
    /// <param name="device">Device; the CPU if null.</param>
    /// <param name="checkpoint">Checkpoint to resume from; null to begin.</param>
    /// <param name="clock">Clock for the time spent and left.</param>
    /// <param name="communicator">Processes that train the model together; this one alone if null.</param>
    /// <exception cref="InvalidInputException">The batch is larger than the training set, the checkpoint does not fit the model, or the model's loss looks at a
    /// batch as a whole and cannot be computed in shares.</exception>
    public Trainer(
        ModelSpecification specification,
        Dataset train,
        Dataset validation,
        int seed,
        Device? device = null,
        Checkpoint? checkpoint = null,
        TimeProvider? clock = null,
        Communicator? communicator = null
    )
        : this(null, specification, train, validation, seed, device, checkpoint, clock, communicator) { }

    /// <summary>A run from the weights of a model, if there is a <paramref name="start"/>, or from <paramref name="checkpoint"/> of such a run.</summary>
    internal Trainer(
        WarmStart? start,
        ModelSpecification specification,
        Dataset train,
        Dataset validation,
        int seed,
        Device? device,
        Checkpoint? checkpoint,
        TimeProvider? clock,
        Communicator? communicator
    )
        : this(
            start?.Build(specification, seed) ?? specification.Build(seed),
            specification.Settings,
            UsualBatch(specification),
            train,
            validation,
            seed,
            device,
            checkpoint,
            clock,
            communicator,
            start
        ) => (_specification, _origin) = (specification, start?.Begun);

    /// <summary>A run of a model that was put together by hand: <c>new Autoencoder(corruption, network, bottleneck, likelihood, objective)</c>.</summary>
    /// <param name="model">Model to train. It stays the caller's to dispose of.</param>
    /// <param name="train">Records fitted on, on the model's scale.</param>
    /// <param name="validation">Records that choose the best epoch, on the model's scale.</param>
    /// <param name="options">Settings of training, seed, device and clock; settings of parts have no effect, as the parts are there.</param>
    /// <exception cref="InvalidInputException">The batch is larger than the training set.</exception>
    public Trainer(Autoencoder model, Dataset train, Dataset validation, TrainingOptions? options = null)
        : this(
            model,
            TrainingSettings.Of(options ??= new(), train.Schema),
            0,
            train,
            validation,
            options.Seed,
            options.Device,
            null,
            options.Clock,
            options.Communicator
        )
    { }

    private Trainer(
        Autoencoder model,
        Settings settings,
        int usualBatch,
        Dataset train,
        Dataset validation,
        int seed,
        Device? device,
        Checkpoint? checkpoint,
        TimeProvider? clock,
        Communicator? communicator,
        WarmStart? start = null
    )
    {
        // What is kept is detached from it.
        using var scope = NewDisposeScope();
        Model = model;
        Threads = get_num_threads();
        _ranks = communicator ?? Communicator.Alone;
        settings = TrainingShares.Said(settings, _ranks, Threads);
        _settings = settings;
        (_train, _validation, _seed) = (train, validation, seed);
        _clock = clock ?? TimeProvider.System;
        _plan = TrainingPlan.For(settings, train, usualBatch);
        _order = new(train, seed);
        _clip = settings.Get(TrainingSettings.Clip);
        _clipSpikes = settings.Get(TrainingSettings.ClipSpikes);
        _learningRate = settings.Get(TrainingSettings.LearningRate);
        _adversaryLearningRate = settings.Get(Discriminator.LearningRate);
        _schedule = settings.Get(TrainingSettings.Schedule);
        _turns = new(settings.Get(TrainingSettings.EncoderEpochs), settings.Get(TrainingSettings.EncoderSteps));
        if (_turns is { EncoderEpochs: > 0, EncoderSteps: > 0 })
            throw new InvalidInputException(
                $"{OptionNames.Value("encoder-steps", _turns.EncoderSteps)}",
                $"cannot be used with {OptionNames.Value("encoder-epochs", _turns.EncoderEpochs)}, as both say in which turns encoder and decoder train",
                "give one of them",
                OptionNames.Key("encoder-steps")
            );
        _heldOut = RecordLearning.Of(validation.Schema).HeldOut(validation, seed);
        _inBfloat16 = ProcessorSupport.InBfloat16(settings.Get(TrainingSettings.Precision));
        foreach (var product in Model.modules().OfType<MatrixProduct>())
            product.InBfloat16 = _inBfloat16;
        _device = device ?? CPU;
        Model.to(_device);
        Model.Records = _train.Count;
        if (start is null && Model.Bottleneck.Prior is { RecordsWanted: > 0 } prior)
        {
            using var records = _order.Batch(0, 0, Math.Min(prior.RecordsWanted, _train.Count), _device);
            prior.StartFrom(records);
        }
        if (HasAdversary && _turns.HasTurns)
        {
            var turns = _turns.EncoderSteps > 0 ? TrainingSettings.EncoderSteps : TrainingSettings.EncoderEpochs;
            throw new InvalidInputException(
                $"{OptionNames.Value(turns.Key, settings.Get(turns))}",
                "cannot be used, as encoder and decoder cannot train in turns where a discriminator trains against them",
                $"leave {OptionNames.Key(turns.Key)} or " + $"{OptionNames.Value("penalty", settings.Get(ModelSpecification.Penalty))} out",
                OptionNames.Key(turns.Key)
            );
        }
        _gradient = new(Model, settings, train, _order, _plan, seed, _device, _ranks, start?.Epochs ?? 0);
        _optimiser = new FusedOptimiser(Parameters, settings);
        _weights = new(Parameters, settings.Get(TrainingSettings.Average));
        checkpoint?.Restore(TensorState());
        Parameters.RefreshWorking();
        State = checkpoint?.State ?? TrainingState.Start;
    }

    /// <summary>The model, with the weights of the last step until <see cref="Finish"/>.</summary>
    public Autoencoder Model { get; }

    /// <summary>Number of threads of the tensor library.</summary>
    public int Threads { get; }

    /// <summary>Progress of training.</summary>
    public TrainingState State { get; private set; }

    private bool HasAdversary => Model.Objective.Adversary is not null;

    /// <summary>Bytes of a share that processes exchange: gradients, statistics and figures.</summary>
    internal long BytesOfShare => _gradient.BytesOfShare;

    private FlatParameters Parameters => _gradient.Parameters;

    /// <summary>Trains to the end, or until cancelled between two steps.</summary>
    /// <param name="report">Called a few times a second, and at each epoch's end.</param>
    /// <param name="save">Called with a checkpoint every <paramref name="saveEvery"/>, at an epoch's end or within a long one, and when cancelled.</param>
    /// <param name="saveEvery">Least time between two checkpoints.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>True if training ended by itself, false if cancelled.</returns>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public bool Run(
        Action<TrainingProgress>? report = null,
        Action<Checkpoint>? save = null,
        TimeSpan saveEvery = default,
        CancellationToken cancellationToken = default
    )
    {
        using var one = OneThreadBesideTheTeam();
        var began = _clock.GetTimestamp();
        var (firstStep, firstSeconds, lastReport, lastSave, saving) = (State.Step, State.Seconds, began, began, TimeSpan.Zero);
        Model.train();
        while (!State.Stopped)
        {
            if (_ranks.Count == 1 ? cancellationToken.IsCancellationRequested : _gradient.AskedByAny.Stop)
            {
                Complete();
                save?.Invoke(TakeCheckpoint());
                // A process that leaves has the others killed, and rank 0 may still be writing.
                _ranks.Barrier();
                return false;
            }
            _gradient.Asked = (cancellationToken.IsCancellationRequested, _gradient.Asked.Save);
            Step();
            State = State with { Seconds = firstSeconds + _clock.GetElapsedTime(began).TotalSeconds };
            var inEpoch = (int)(State.Step % _plan.StepsPerEpoch);
            EpochMetrics? finished = null;
            if (inEpoch == 0)
                finished = EndEpoch();
            var sinceSave = _clock.GetElapsedTime(lastSave);
            // Within an epoch a checkpoint may take a twentieth of the time.
            var isDue = save is not null && (finished is not null ? sinceSave >= saveEvery : sinceSave >= saveEvery + 20 * saving && saveEvery > TimeSpan.Zero);
            if (_ranks.Count > 1 && finished is null)
            {
                // The others learn of it in the next step.
                _gradient.Asked = (_gradient.Asked.Stop, isDue && !_gradient.AskedByAny.Save);
                isDue = save is not null && _gradient.AskedByAny.Save;
                if (_gradient.AskedByAny.Save)
                    Complete();
            }
            if (isDue)
            {
                var before = _clock.GetTimestamp();
                save!(TakeCheckpoint());
                (lastSave, saving) = (_clock.GetTimestamp(), _clock.GetElapsedTime(before));
            }
            if (report is not null && (finished is not null || _clock.GetElapsedTime(lastReport) > TimeSpan.FromMilliseconds(250)))
            {
                lastReport = _clock.GetTimestamp();
                report(Progress(finished, inEpoch, (State.Step - firstStep) / _clock.GetElapsedTime(began).TotalSeconds));
            }
        }
        return true;
    }

    private static int UsualBatch(ModelSpecification specification) =>
        Settings.Empty.Overlay(Preset.Named(specification.Preset).Values).Get(TrainingSettings.BatchSize);

    /// <summary>Gathers the parameters, moments and average of which this process alone updates a part.</summary>
    private void Complete() =>
        _gradient.Gather([
            Parameters.Values,
            _optimiser.State["first_moment"],
            _optimiser.State["second_moment"],
            .. _weights.Average is { } average ? [average] : Array.Empty<Tensor>(),
        ]);

    /// <summary>Sets the model to the best weights found, and returns it.</summary>
    public Autoencoder Finish()
    {
        using var noGradient = no_grad();
        _weights.PutBack();
        Model.eval();
        return Model;
    }

    /// <summary>Returns all that a resumed run needs.</summary>
    /// <exception cref="InvalidOperationException">The model was put together by hand, so that a file could not say how to build it again.</exception>
    public Checkpoint TakeCheckpoint() =>
        new(
            _specification
                ?? throw new InvalidOperationException(
                    "A model that was put together by hand has no specification to build it from again; register its parts and train it by ModelOptions.Fit."
                ),
            _seed,
            State,
            TensorState()
        )
        {
            Origin = _origin,
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimiser.Dispose();
        _weights.Dispose();
        _gradient.Dispose();
    }

    /// <summary>Takes one step of the run.</summary>
    internal void Step()
    {
        using var scope = NewDisposeScope();
        using var one = OneThreadBesideTheTeam();
        _weights.BeforeStep();
        var part = _turns.PartOf(State.Step, _plan.StepsPerEpoch, [.. State.Epochs.Select(epoch => epoch.ValidationRateNats)]);
        var (distortion, rate, loss) = _gradient.Compute(State.Step, part);
        if (!double.IsFinite(loss))
            throw Diverged("the loss", loss);
        if (!double.IsFinite(distortion))
            throw Diverged("the distortion", distortion);
        if (!double.IsFinite(rate))
            throw Diverged("the rate", rate);
        _optimiser.Step(
            LearningRate(),
            part,
            Clip(),
            _weights.Average,
            _weights.ShareAt(State.Step),
            _gradient.Team,
            HasAdversary ? _adversaryLearningRate * Course() : null,
            _gradient.Own
        );
        _gradient.GatherUpdated();
        State = State with { Step = State.Step + 1, DistortionSum = State.DistortionSum + distortion, RateSum = State.RateSum + rate };
    }

    /// <summary>Returns the factor of the gradient after clipping, and moves the mean of norms.</summary>
    private double Clip()
    {
        if (_clip == 0 && _clipSpikes == 0)
            return 1;
        var norm = Parameters.GradientNorm();
        if (!double.IsFinite(norm))
            throw Diverged("the gradient", norm);
        var (most, mean) = (_clip > 0 ? _clip : double.PositiveInfinity, State.GradientNorm);
        if (_clipSpikes > 0 && mean > 0)
            most = Math.Min(most, _clipSpikes * mean);
        var clipped = Math.Min(norm, most);
        State = State with { GradientNorm = mean > 0 ? mean + NormShare * (clipped - mean) : clipped };
        return norm > most ? most / norm : 1;
    }

    /// <summary>Runs an action with the weights in the model by which epochs are judged: their average, if there is one.</summary>
    internal void WithJudged(Action action) => _weights.WithJudged(action);

    /// <summary>Ends an epoch: evaluates the validation records, and keeps the best weights.</summary>
    internal EpochMetrics EndEpoch()
    {
        Complete();
        var (distortion, rate) = Validate();
        var metrics = new EpochMetrics(
            (int)(State.Step / _plan.StepsPerEpoch),
            State.DistortionSum / _plan.StepsPerEpoch,
            State.RateSum / _plan.StepsPerEpoch,
            distortion,
            rate,
            LearningRate()
        );
        var weighed = Model.Objective.Weighed(distortion, rate);
        var isBest = State.BestLossNats is not { } best || weighed < best;
        _weights.Mark(isBest);
        var sinceBest = isBest ? 0 : metrics.Epoch - State.BestEpoch;
        var settings = _settings;
        State = State with
        {
            DistortionSum = 0,
            RateSum = 0,
            BestLossNats = isBest ? weighed : State.BestLossNats,
            BestEpoch = isBest ? metrics.Epoch : State.BestEpoch,
            Epochs = [.. State.Epochs, metrics],
            PlateauFactor = sinceBest > 0 && sinceBest % settings.Get(TrainingSettings.PlateauEpochs) == 0 ? State.PlateauFactor / 2 : State.PlateauFactor,
            Stopped = metrics.Epoch >= _plan.Epochs || sinceBest >= _plan.Patience,
        };
        return metrics;
    }

    /// <summary>
    /// Returns distortion and rate on the validation records with the averaged weights; the same noise each epoch. For histories, the distortion is that of
    /// their held-out part, and there is no rate: the shown part is known to both sides.
    /// </summary>
    private (double Distortion, double Rate) Validate()
    {
        // Processors that round otherwise must not choose another epoch.
        Span<double> figures = [0, 0];
        if (_ranks.Rank == 0)
            (figures[0], figures[1]) = OnValidation();
        _ranks.Broadcast(figures);
        var (distortion, rate) = (figures[0], figures[1]);
        if (!double.IsFinite(distortion + rate))
            throw Diverged(
                double.IsFinite(rate) ? "the distortion on the validation records" : "the rate on the validation records",
                double.IsFinite(rate) ? distortion : rate
            );
        return (distortion, rate);
    }

    private (double Distortion, double Rate) OnValidation()
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var (distortion, rate) = (0.0, 0.0);
        using var all = TensorThreads.Use(Threads);
        _weights.WithJudged(() =>
        {
            Model.eval();
            using var draws = RandomDraws.Seeded(RandomStream.Seed(_seed, RandomStream.Validation, 0));
            (distortion, rate) = _heldOut is null ? Bound() : (HeldOutLikelihood.Nats(Model, _heldOut, _device), 0);
            Model.train();
        });
        return (distortion, rate);
    }

    private (double Distortion, double Rate) Bound()
    {
        var (distortion, rate) = (0.0, 0.0);
        foreach (var x in TensorBatches.InOrder(_validation, 1000, _device))
        {
            using var batch = NewDisposeScope();
            var terms = RecordLearning.Of(_validation.Schema).ValidatesCorrupted
                ? Model.Loss(x, double.PositiveInfinity)
                : Model.Loss(x, x, double.PositiveInfinity);
            distortion += terms.Distortion.sum().item<float>();
            rate += terms.Rate.sum().item<float>();
        }
        return (distortion / _validation.Count, rate / _validation.Count);
    }

    /// <summary>The report before the first step of this call.</summary>
    internal TrainingProgress Start(IReadOnlyList<string> notes) => TrainingProgress.Start(_plan.Epochs, State.Step / _plan.Steps, notes);

    /// <summary>Limits the calling thread to one thread of its own if records are divided among a team that it belongs to, or into fixed shares.</summary>
    private TensorThreads? OneThreadBesideTheTeam() => _gradient.HasOneThread ? TensorThreads.Use(1) : null;

    private double LearningRate() => _learningRate * Course();

    /// <summary>Returns the factor of an optimiser's learning rate at this step.</summary>
    private double Course()
    {
        var ramp = Math.Min(1, (State.Step + 1.0) / Math.Max(1, _plan.LearningRateWarmUp));
        var course = _schedule switch
        {
            "cosine" => 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, State.Step / _plan.Steps))),
            "plateau" => State.PlateauFactor,
            _ => 1,
        };
        return ramp * course;
    }

    private TrainingDivergedException Diverged(string term, double value) =>
        new(
            $"Training stopped at step {State.Step + 1} (epoch {State.Step / _plan.StepsPerEpoch + 1}): {term} is {value}. "
                + $"Try a smaller {OptionNames.Give("learning-rate")} (now {_learningRate}), or {OptionNames.Give("clip-spikes", 3)}"
                + $"{(_inBfloat16 ? (Wording)$", or {OptionNames.Give("precision", "float32")}" : "")}."
        );

    private TrainingProgress Progress(EpochMetrics? finished, int inEpoch, double stepsPerSecond)
    {
        return new(
            (int)((State.Step - 1) / _plan.StepsPerEpoch) + 1,
            _plan.Epochs,
            State.Step / _plan.Steps,
            finished?.TrainDistortionNats ?? State.DistortionSum / Math.Max(1, inEpoch),
            finished?.TrainRateNats ?? State.RateSum / Math.Max(1, inEpoch),
            stepsPerSecond * _plan.BatchSize,
            TimeSpan.FromSeconds((_plan.Steps - State.Step) / stepsPerSecond),
            finished
        );
    }

    private Dictionary<string, Tensor> TensorState()
    {
        // Two layouts, two names: a checkpoint of the one is not mistaken for the other.
        var state = new Dictionary<string, Tensor>(_weights.State(), StringComparer.Ordinal)
        {
            [_gradient.IsByInput ? "values_by_input" : "values"] = Parameters.Values,
        };
        foreach (var (name, tensor) in _optimiser.State)
            state[$"optimiser.{name}"] = tensor;
        foreach (var (name, buffer) in Parameters.Buffers)
            state[$"buffer.{name}"] = buffer;
        return state;
    }
}
