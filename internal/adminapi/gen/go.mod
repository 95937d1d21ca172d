// Its own module, so that the YAML library never becomes a dependency of the program.
module roster/internal/adminapi/gen

go 1.26.0

require gopkg.in/yaml.v3 v3.0.1
