package api

//go:generate go run -C ../gen . json ..
//go:generate sh -c "cd .. && go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config api/config.yaml openapi.yaml"
//go:generate go run -C ../gen . sums ..
