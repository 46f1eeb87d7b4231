# Sourced by the scripts of models that ship: the Kodak pictures alone, in runs/kodak. 22 to learn from, kodim08 to choose the epoch, kodim23 for the report.
isthmus=artifacts/bin/Isthmus.Cli/release/Isthmus.Cli
bench=artifacts/bin/Isthmus.Benchmarks/release/Isthmus.Benchmarks
data=${ISTHMUS_DATA:?the folder of data sets}
mkdir -p runs/kodak/train runs/kodak/validation runs/kodak/test
for picture in "$data"/kodak/kodim*.png; do
    case $picture in
        *kodim08.png) part=validation ;;
        *kodim23.png) part=test ;;
        *) part=train ;;
    esac
    ln -sf "$picture" runs/kodak/$part/
done
